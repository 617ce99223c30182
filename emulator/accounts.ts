import type { Choices } from "./choices";
import { randomId } from "./ids";
import { KeyRing } from "./keys";
import type { Collection, Storage } from "./storage/storage";
import { Account, type AccountRecord, type ModeState } from "./store/account";
import { inCreationOrder } from "./store/newest-first";

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
  readonly keys: KeyRing;
  /** Whether no earlier process has left an account. */
  readonly isNew: boolean;
  readonly #byId = new Map<string, Account>();
  readonly #collection: Collection<AccountRecord>;

  constructor(
    readonly choices: Choices,
    readonly storage: Storage,
    options: readonly AccountOptions[],
  ) {
    this.#collection = storage.collection("account");
    for (const record of inCreationOrder(this.#collection.all())) this.#insert(record);
    this.isNew = this.#byId.size === 0;
    this.keys = new KeyRing(storage.collection("key"), (account, livemode) => this.#get(account).mode(livemode));
    const kept = this.all();
    options.forEach((account, index) => {
      const known = account.id === undefined ? kept[index] : kept.find(({ id }) => id === account.id);
      if (known === undefined) this.add(account);
      else this.#assertSameKeys(known, account);
    });
    if (this.#byId.size === 0) this.add({});
  }

  add(options: AccountOptions): Account {
    const { id = randomId("acct_1", 15), displayName = "Test account", connectedTo, apiKeys } = options;
    if (this.#byId.has(id)) throw new Error(`The account ${id} is given twice: give each account an id of its own.`);
    const record = {
      id,
      sequence: this.#byId.size,
      displayName,
      created: Math.floor(Date.now() / 1000),
      ...(connectedTo !== undefined && { connectedTo }),
    };
    const account = this.#insert(record);
    for (const livemode of [false, true]) {
      const state = account.mode(livemode);
      const value = livemode ? apiKeys?.live : apiKeys?.test;
      this.keys.issue({ kind: "secret", state, value });
      this.keys.issue({ kind: "publishable", state });
    }
    this.#collection.put(id, record);
    return account;
  }

  all(): readonly Account[] {
    return [...this.#byId.values()];
  }

  find(id: string): Account | undefined {
    return this.#byId.get(id);
  }

  /** The default account. */
  first(): Account {
    const [account] = this.#byId.values();
    return account ?? this.add({});
  }

  isConnected(id: string, platform: string): boolean {
    return this.find(id)?.record.connectedTo === platform;
  }

  /** The key that was issued with the account. */
  ownKey(kind: "secret" | "publishable", state: ModeState): string {
    return this.keys.first(kind, state)?.value ?? this.keys.issue({ kind, state }).value;
  }

  #get(id: string): Account {
    const account = this.find(id);
    if (account === undefined) throw new Error(`The data file has a key of the account ${id}, but not the account.`);
    return account;
  }

  #insert(record: AccountRecord): Account {
    const account = new Account(record, this.choices, this.storage);
    this.#byId.set(record.id, account);
    return account;
  }

  #assertSameKeys(account: Account, { apiKeys = {} }: AccountOptions): void {
    for (const mode of ["test", "live"] as const) {
      const given = apiKeys[mode];
      if (given === undefined || given === this.ownKey("secret", account.mode(mode === "live"))) continue;
      throw new Error(
        `The data file keeps another ${mode} key for the account ${account.id}: start without a key, with the one it keeps, or with a new file.`,
      );
    }
  }
}
