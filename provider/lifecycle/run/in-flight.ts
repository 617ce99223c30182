interface Delete {
  readonly key: string | undefined;
  /** Resolves when the delete has succeeded or failed. */
  readonly end: Promise<unknown>;
}

/** The deletes of one kind of object that are in flight, by a key of the object. */
export class DeletesInFlight {
  readonly #running = new Set<Delete>();

  /** Runs a delete. Its key is undefined where the state does not tell it, as after an import. */
  async track(key: string | undefined, run: () => Promise<void>): Promise<void> {
    const end = run();
    const entry = { key, end };
    this.#running.add(entry);
    try {
      await end;
    } finally {
      this.#running.delete(entry);
    }
  }

  /** Whether a delete is in flight that may be of the key. */
  has(key: string): boolean {
    return this.#findOf(key).length > 0;
  }

  /** Resolves once no delete is in flight that may be of the key. */
  async waitForThoseOf(key: string): Promise<void> {
    while (this.has(key)) await Promise.allSettled(this.#findOf(key).map(({ end }) => end));
  }

  #findOf(key: string): readonly Delete[] {
    return [...this.#running].filter((each) => each.key === undefined || each.key === key);
  }
}
