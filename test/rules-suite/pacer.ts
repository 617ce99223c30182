import { setTimeout as sleep } from "node:timers/promises";

/**
 * Starts requests at even distances. A limit by the second would let through a whole second's worth
 * at once, and what is late of it would meet the next second's at the server.
 */
export class Pacer {
  readonly #interval: number;
  #next = 0;

  constructor(requestsPerSecond: number) {
    this.#interval = 1_000 / requestsPerSecond;
  }

  /** Resolves when the next request may start; turns come in the order of the calls. */
  async turn(): Promise<void> {
    const now = performance.now();
    const start = Math.max(now, this.#next);
    this.#next = start + this.#interval;
    if (start > now) await sleep(start - now);
  }
}
