import type { Choices } from "./choices";
import { randomId } from "./ids";
import { type ApiKey, KeyRing } from "./keys";
import { Account, type ModeState } from "./store/account";

/** An account the emulator starts with. */
export interface AccountOptions {
  /** `acct_…`; made up by default. */
  readonly id?: string;
  /** Name in the Dashboard, "Test account" by default. */
  readonly displayName?: string;
  /** The platform whose keys may act for this account by `Stripe-Account`; none by default. */
  readonly connectedTo?: string;
  /** Fixed secret keys, for a server that must keep them over a restart; random by default. */
  readonly apiKeys?: { readonly test?: string; readonly live?: string };
}

/** All accounts and the keys to them. The first is the default account. */
export class Accounts {
  readonly keys = new KeyRing();
  readonly #byId = new Map<string, Account>();
  readonly #platforms = new Map<string, string>();
  readonly #secretKeys = new Map<ModeState, ApiKey>();
  readonly #publishableKeys = new Map<ModeState, ApiKey>();

  constructor(
    readonly choices: Choices,
    options: readonly AccountOptions[],
  ) {
    for (const account of options) this.add(account);
  }

  add(options: AccountOptions): Account {
    const { id = randomId("acct_1", 15), displayName = "Test account", connectedTo, apiKeys } = options;
    if (this.#byId.has(id)) throw new Error(`The account ${id} is given twice: give each account an id of its own.`);
    const account = new Account(id, displayName, this.choices);
    this.#byId.set(id, account);
    if (connectedTo !== undefined) this.#platforms.set(id, connectedTo);
    for (const livemode of [false, true]) {
      const state = account.mode(livemode);
      const secret = livemode ? apiKeys?.live : apiKeys?.test;
      this.#secretKeys.set(state, this.keys.issue({ kind: "secret", state, value: secret }));
      this.#publishableKeys.set(state, this.keys.issue({ kind: "publishable", state }));
    }
    return account;
  }

  find(id: string): Account | undefined {
    return this.#byId.get(id);
  }

  first(): Account {
    const [account] = this.#byId.values();
    return account ?? this.add({});
  }

  isConnected(id: string, platform: string): boolean {
    return this.#platforms.get(id) === platform;
  }

  secretKey(state: ModeState): ApiKey {
    return this.#secretKeys.get(state) ?? this.keys.issue({ kind: "secret", state });
  }

  publishableKey(state: ModeState): ApiKey {
    return this.#publishableKeys.get(state) ?? this.keys.issue({ kind: "publishable", state });
  }
}
