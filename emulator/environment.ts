import type { Accounts } from "./accounts";
import { Dashboard } from "./dashboard";
import type { Permissions } from "./keys";
import type { ModeState } from "./store/account";
import type { Webhook, WebhookOptions } from "./webhooks/webhook";
import type { Webhooks } from "./webhooks/webhooks";

/** One account in one mode: its keys and its Dashboard. */
export class Environment {
  /** `acct_…` */
  readonly account: string;
  readonly livemode: boolean;
  /** A made-up secret key, `sk_test_…` or `sk_live_…`. */
  readonly apiKey: string;
  /** `pk_test_…` or `pk_live_…`. Every endpoint refuses it. */
  readonly publishableKey: string;
  /** Simulates a person in the Dashboard and reads the state. */
  readonly dashboard: Dashboard;
  readonly #accounts: Accounts;
  readonly #state: ModeState;
  readonly #webhooks: Webhooks;

  /** @internal */
  constructor(accounts: Accounts, state: ModeState, webhooks: Webhooks) {
    this.#webhooks = webhooks;
    this.#accounts = accounts;
    this.#state = state;
    this.account = state.account.id;
    this.livemode = state.livemode;
    this.apiKey = accounts.ownKey("secret", state);
    this.publishableKey = accounts.ownKey("publishable", state);
    this.dashboard = new Dashboard(state);
  }

  /** Creates a restricted key, `rk_…`. Requests that need a permission it lacks get a 403. */
  restrictedKey(permissions: Permissions): string {
    return this.#accounts.keys.issue({ kind: "restricted", state: this.#state, permissions }).value;
  }

  /**
   * Sends the further events of this account and mode to a URL.
   *
   * @throws RangeError if the URL is not one of this machine.
   */
  addWebhook(options: WebhookOptions): Webhook {
    return this.#webhooks.add(this.#state, options);
  }

  /** Expires a key, as rolling it does. Requests with it get 401 `api_key_expired`. */
  expireKey(key: string): void {
    this.#accounts.keys.expire(key);
  }
}
