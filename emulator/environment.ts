import type { Accounts } from "./accounts";
import { Dashboard } from "./dashboard";
import type { Permissions } from "./keys";
import type { ModeState } from "./store/account";

/** One account in one mode: its keys, and its Dashboard. */
export class Environment {
  /** `acct_…` */
  readonly account: string;
  readonly livemode: boolean;
  /** Secret key, `sk_test_…` or `sk_live_…`; made up. */
  readonly apiKey: string;
  /** `pk_test_…` or `pk_live_…`; refused by every endpoint here. */
  readonly publishableKey: string;
  /** What a person does in the Dashboard, and a look at the state. */
  readonly dashboard: Dashboard;
  readonly #accounts: Accounts;
  readonly #state: ModeState;

  /** @internal */
  constructor(accounts: Accounts, state: ModeState) {
    this.#accounts = accounts;
    this.#state = state;
    this.account = state.account.id;
    this.livemode = state.livemode;
    this.apiKey = accounts.ownKey("secret", state);
    this.publishableKey = accounts.ownKey("publishable", state);
    this.dashboard = new Dashboard(state);
  }

  /** Makes a restricted key, `rk_…`. What is left out of `permissions` is refused with a 403. */
  restrictedKey(permissions: Permissions): string {
    return this.#accounts.keys.issue({ kind: "restricted", state: this.#state, permissions }).value;
  }

  /** Lets a key expire, as when it is rolled; it is answered with 401 `api_key_expired` from then on. */
  expireKey(key: string): void {
    this.#accounts.keys.expire(key);
  }
}
