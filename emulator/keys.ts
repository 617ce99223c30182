import type { PermissionArea } from "./choices";
import { randomId } from "./ids";
import type { Collection } from "./storage/storage";
import type { ModeState } from "./store/account";
import { inCreationOrder } from "./store/newest-first";

/** The permission that a restricted key needs for an endpoint. */
export interface Permission {
  readonly area: PermissionArea;
  readonly access: "read" | "write";
}

/**
 * The permissions of a restricted key by area. `write` includes `read`; an area that is left out is
 * forbidden.
 */
export type Permissions = { readonly [Area in PermissionArea]?: Permission["access"] };

/** A key to one account in one mode. */
export interface ApiKey {
  readonly value: string;
  /** Position in the order of issue, from 0. */
  readonly sequence: number;
  readonly kind: "secret" | "restricted" | "publishable";
  readonly state: ModeState;
  readonly permissions: Permissions;
  expired: boolean;
}

/** A key as a record of the storage. */
export interface PersistedKey {
  readonly id: string;
  readonly sequence: number;
  readonly kind: ApiKey["kind"];
  readonly account: string;
  readonly livemode: boolean;
  readonly permissions: Permissions;
  readonly expired: boolean;
}

const keyPrefixes = { secret: "sk", restricted: "rk", publishable: "pk" };

/** The keys of all accounts. */
export class KeyRing {
  readonly #byValue = new Map<string, ApiKey>();
  readonly #collection: Collection<PersistedKey>;

  constructor(collection: Collection<PersistedKey>, stateOf: (account: string, livemode: boolean) => ModeState) {
    this.#collection = collection;
    for (const { id: value, kind, account, livemode, permissions, expired } of inCreationOrder(collection.all())) {
      const state = stateOf(account, livemode);
      this.#byValue.set(value, { value, sequence: this.#byValue.size, kind, state, permissions, expired });
    }
  }

  issue(request: {
    readonly kind: ApiKey["kind"];
    readonly state: ModeState;
    readonly permissions?: Permissions;
    readonly value?: string | undefined;
  }): ApiKey {
    const { kind, state, permissions = {} } = request;
    const value = request.value ?? randomId(`${keyPrefixes[kind]}_${state.livemode ? "live" : "test"}_`, 32);
    if (this.#byValue.has(value)) throw new Error("One API key is given twice. Give each account and mode its own.");
    const key: ApiKey = { value, sequence: this.#byValue.size, kind, state, permissions, expired: false };
    this.#byValue.set(value, key);
    this.#persist(key);
    return key;
  }

  find(value: string): ApiKey | undefined {
    return this.#byValue.get(value);
  }

  /** Returns the oldest key of a kind. */
  first(kind: ApiKey["kind"], state: ModeState): ApiKey | undefined {
    return [...this.#byValue.values()].find((key) => key.kind === kind && key.state === state);
  }

  /** Marks a key as expired. It stays known, so that requests with it get `api_key_expired`. */
  expire(value: string): void {
    const key = this.#byValue.get(value);
    if (key === undefined) throw new Error("There is no such API key. Expire a key that the emulator has issued.");
    key.expired = true;
    this.#persist(key);
  }

  #persist({ value, sequence, kind, state, permissions, expired }: ApiKey): void {
    const { account, livemode } = state;
    this.#collection.put(value, { id: value, sequence, kind, account: account.id, livemode, permissions, expired });
  }
}

/** Whether a key has a permission. */
export function allows(key: ApiKey, permission: Permission): boolean {
  if (key.kind === "secret") return true;
  const granted = key.permissions[permission.area];
  return granted === "write" || granted === permission.access;
}
