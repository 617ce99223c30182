import pLimit, { type LimitFunction } from "p-limit";

/** Runs the tasks of one key one after another. Tasks of different keys run at the same time. */
export class Sequences {
  readonly #limits = new Map<string, LimitFunction>();

  /** Runs the task after all earlier tasks of the key, also when one of them failed. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const limit = this.#limits.get(key) ?? pLimit(1);
    this.#limits.set(key, limit);
    return limit(task);
  }
}
