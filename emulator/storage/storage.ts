/** What the emulator keeps. The request log, faults and choices are not among it: they belong to one process. */
export type RecordKind = "account" | "key" | "product" | "feature" | "productFeature" | "customer" | "idempotencyKey";

/** Names one record. Records of accounts and keys have no owner. */
export interface RecordName {
  readonly kind: RecordKind;
  readonly owner: string;
  readonly id: string;
}

/** The records of one kind and one owner. */
export interface Collection<R> {
  put(id: string, record: R): void;
  remove(id: string): void;
  /** What an earlier process has put, in no order. */
  all(): R[];
}

/** Where records outlive the process, or do not; in both cases it tells when one has changed. */
export abstract class Storage {
  readonly #listeners = new Set<() => void>();

  collection<R extends object>(kind: RecordKind, owner = ""): Collection<R> {
    return {
      put: (id, record) => this.#change({ kind, owner, id }, record),
      remove: (id) => this.#change({ kind, owner, id }, undefined),
      all: () => this.read(kind, owner) as R[],
    };
  }

  /** Calls `listener` after each change, until the function it returns is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves once every change made so far would survive the end of the process. */
  abstract committed(): Promise<void>;

  /** Writes what is not written yet, and gives up what it holds. */
  abstract close(): void;

  /** Gives up what it holds, without what is not written yet. */
  abstract abandon(): void;

  protected abstract read(kind: RecordKind, owner: string): object[];

  /** Notes a change; without a record, the one of this name is gone. */
  protected abstract write(name: RecordName, record: object | undefined): void;

  #change(name: RecordName, record: object | undefined): void {
    this.write(name, record);
    for (const listener of this.#listeners) listener();
  }
}

/** Keeps nothing: the stores hold their own records while the process lives. */
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
