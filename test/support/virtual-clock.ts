import type { Clock } from "../../provider/stripe/clock";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that a test advances. It starts at 0, and affects only the objects it is passed to. */
export class VirtualClock implements Clock {
  #now = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ until: this.#now + milliseconds, wake }));
  }

  /** Advances the time, and resolves the sleeps that end, in the order of their ends. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await runPendingCallbacks();
    for (let next = this.#takeNext(end); next !== undefined; next = this.#takeNext(end)) {
      this.#now = next.until;
      next.wake();
      await runPendingCallbacks();
    }
    this.#now = end;
  }

  #takeNext(end: number): Sleeper | undefined {
    const [next] = this.#sleepers.toSorted((one, other) => one.until - other.until);
    if (next === undefined || next.until > end) return undefined;
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
    return next;
  }
}

/** Resolves after all callbacks of resolved promises. */
function runPendingCallbacks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
