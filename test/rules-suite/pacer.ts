import { setTimeout as sleep } from "node:timers/promises";

/**
 * Starts requests at even intervals. A limit for each second would allow a burst at its start, and
 * the server could count delayed requests with those of the next second.
 */
export class Pacer {
  readonly #interval: number;
  #next = 0;

  constructor(requestsPerSecond: number) {
    this.#interval = 1_000 / requestsPerSecond;
  }

  /** Resolves when the next request can start, in the order of the calls. */
  async turn(): Promise<void> {
    const now = performance.now();
    const start = Math.max(now, this.#next);
    this.#next = start + this.#interval;
    if (start > now) await sleep(start - now);
  }
}
