import { createHash } from "node:crypto";
import type { Choices } from "./choices";
import { randomId } from "./ids";
import { KeyRing } from "./keys";
import type { Collection, Storage } from "./storage/storage";
import { Account, type AccountRecord, type ModeState } from "./store/account";
import { inCreationOrder } from "./store/newest-first";

/** An account that the emulator starts with. */
export interface AccountOptions {
  /**
   * `acct_…`. By default it follows from the test key, if one is given, so that a stack still fits
   * an emulator that was restarted with the same key. Random otherwise.
   */
  readonly id?: string;
  /** Name in the Dashboard. "Test account" by default. */
  readonly displayName?: string;
  /**
   * Id of the platform whose keys can act on this account with `Stripe-Account`. None by default.
   */
  readonly connectedTo?: string;
  /**
   * Fixed secret keys, such as for a server whose keys must survive a restart. Random by default.
   */
  readonly apiKeys?: { readonly test?: string; readonly live?: string };
}

/** All accounts and their keys. The first account is the default account. */
export class Accounts {
  readonly keys: KeyRing;
  /** Whether the storage holds no account of an earlier process. */
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
    const persisted = this.all();
    options.forEach((account, index) => {
      const known = account.id === undefined ? persisted[index] : persisted.find(({ id }) => id === account.id);
      if (index === 0) this.#assertFirst(account, persisted);
      if (known === undefined) this.add(account);
      else this.#assertSameKeys(known, account);
    });
    if (this.#byId.size === 0) this.add({});
  }

  add(options: AccountOptions): Account {
    const { id = this.#newId(options.apiKeys?.test), displayName = "Test account", connectedTo, apiKeys } = options;
    if (this.#byId.has(id)) throw new Error(`The account ${id} is given twice. Give each account an id of its own.`);
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

  /** Returns the default account. */
  first(): Account {
    const [account] = this.#byId.values();
    return account ?? this.add({});
  }

  isConnected(id: string, platform: string): boolean {
    return this.find(id)?.record.connectedTo === platform;
  }

  /** Returns the key that was issued with the account. */
  ownKey(kind: "secret" | "publishable", state: ModeState): string {
    return this.keys.first(kind, state)?.value ?? this.keys.issue({ kind, state }).value;
  }

  #get(id: string): Account {
    const account = this.find(id);
    if (account === undefined)
      throw new Error(`The data file has a key of the account ${id}, but not the account itself.`);
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
        `The data file has another ${mode} key for the account ${account.id}. Start without a key, with the key in the file, or with a new file.`,
      );
    }
  }

  /** Throws if the data file has another default account than the one that is given first. */
  #assertFirst({ id }: AccountOptions, [first]: readonly Account[]): void {
    if (id === undefined || first === undefined || first.id === id) return;
    throw new Error(
      `The data file belongs to the account ${first.id}, not to ${id}. Leave the account out, or use another data file.`,
    );
  }

  #newId(testKey: string | undefined): string {
    const seed = testKey === undefined ? undefined : createHash("sha256").update(testKey).digest();
    const id = randomId("acct_1", 15, seed);
    // A key that is given twice is reported as such.
    return this.#byId.has(id) ? randomId("acct_1", 15) : id;
  }
}
