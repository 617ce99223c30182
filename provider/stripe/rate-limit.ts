import { setTimeout as sleep } from "node:timers/promises";

const windowLength = 1_000;
/** Share of the rate that stays after Stripe says 429. */
const decrease = 0.5;
/** Share of the full rate that comes back for each quiet window. */
const increase = 0.1;

export interface RateLimits {
  /** Requests a second over all endpoints. */
  readonly total: number;
  /** Requests a second for any one endpoint. */
  readonly perEndpoint: number;
}

/**
 * Starts at most so many requests in any one second, over all and for each endpoint, as Stripe counts them [docs]. Waiting
 * requests of one endpoint start in the order in which they came. When Stripe says 429 all the same (another client uses the
 * same account), the rate is halved, and comes back step by step.
 *
 * A window that slides, rather than a bucket that may be emptied at once and is refilled meanwhile: the sum
 * of the two would be twice the rate in the first second.
 */
export class RateLimiter {
  readonly #total: SlidingWindow;
  readonly #endpoints = new Map<string, SlidingWindow>();
  /** Of each endpoint, the request that came last: the next one starts after it. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(private readonly limits: RateLimits) {
    this.#total = new SlidingWindow(limits.total);
  }

  /** Resolves when the request may start. */
  acquire(endpoint: string): Promise<void> {
    const turn = (this.#last.get(endpoint) ?? Promise.resolve()).then(() => this.#admit(this.#endpoint(endpoint)));
    this.#last.set(endpoint, turn);
    return turn;
  }

  /** To be called on a 429, so that all requests of the process slow down and not only the one that met it. */
  slowDown(endpoint: string): void {
    this.#total.slowDown();
    this.#endpoint(endpoint).slowDown();
  }

  async #admit(endpoint: SlidingWindow): Promise<void> {
    for (;;) {
      const wait = Math.max(this.#total.wait(), endpoint.wait());
      if (wait === 0) break;
      await sleep(wait);
    }
    this.#total.enter();
    endpoint.enter();
  }

  #endpoint(endpoint: string): SlidingWindow {
    const window = this.#endpoints.get(endpoint) ?? new SlidingWindow(this.limits.perEndpoint);
    this.#endpoints.set(endpoint, window);
    return window;
  }
}

class SlidingWindow {
  #starts: number[] = [];
  #rate: number;
  #changed = Number.NEGATIVE_INFINITY;

  constructor(private readonly fullRate: number) {
    this.#rate = fullRate;
  }

  /** Milliseconds until one more request may start; 0 for now. */
  wait(): number {
    const now = performance.now();
    this.#recover(now);
    this.#starts = this.#starts.filter((start) => start > now - windowLength);
    const blocking = this.#starts.at(-Math.floor(this.#rate));
    return blocking === undefined ? 0 : Math.ceil(blocking + windowLength - now);
  }

  enter(): void {
    this.#starts.push(performance.now());
  }

  slowDown(): void {
    const now = performance.now();
    // The requests of one burst are refused together: they say one thing, not many.
    if (now - this.#changed < windowLength) return;
    this.#rate = Math.max(1, this.#rate * decrease);
    this.#changed = now;
  }

  #recover(now: number): void {
    if (this.#rate >= this.fullRate || now - this.#changed < windowLength) return;
    this.#rate = Math.min(this.fullRate, this.#rate + this.fullRate * increase);
    this.#changed = now;
  }
}
