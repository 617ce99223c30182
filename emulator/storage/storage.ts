/**
 * Kinds of records. The request log, faults and choices belong to one process and are not stored.
 */
export type RecordKind =
  | "account"
  | "key"
  | "product"
  | "feature"
  | "productFeature"
  | "customer"
  | "event"
  | "idempotencyKey";

/** Identifies a record. Records of accounts and keys have no owner. */
export interface RecordName {
  readonly kind: RecordKind;
  readonly owner: string;
  readonly id: string;
}

/** The records of one kind and one owner. */
export interface Collection<R> {
  put(id: string, record: R): void;
  remove(id: string): void;
  /** Returns the records that earlier processes have put, in no particular order. */
  all(): R[];
}

/** Stores records, in a file or not at all, and reports every change. */
export abstract class Storage {
  readonly #listeners = new Set<() => void>();

  collection<R extends object>(kind: RecordKind, owner = ""): Collection<R> {
    return {
      put: (id, record) => this.#change({ kind, owner, id }, record),
      remove: (id) => this.#change({ kind, owner, id }, undefined),
      all: () => this.read(kind, owner) as R[],
    };
  }

  /** Calls `listener` after each change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves once all changes so far would survive the end of the process. */
  abstract committed(): Promise<void>;

  /** Writes pending changes and releases the file. */
  abstract close(): void;

  /** Releases the file without writing pending changes. */
  abstract abandon(): void;

  protected abstract read(kind: RecordKind, owner: string): object[];

  /** Stores a record, or removes it if `record` is undefined. */
  protected abstract write(name: RecordName, record: object | undefined): void;

  #change(name: RecordName, record: object | undefined): void {
    this.write(name, record);
    for (const listener of this.#listeners) listener();
  }
}

/** Stores nothing. The stores hold their records in memory. */
export class NoStorage extends Storage {
  override committed(): Promise<void> {
    return Promise.resolve();
  }

  override close(): void {}

  override abandon(): void {}

  protected override read(): object[] {
    return [];
  }

  protected override write(): void {}
}
