import { type Clock, systemClock } from "./clock";

// Milliseconds. Stripe limits requests per second, in total and per endpoint (S82).
const windowLength = 1_000;
/** The share of the rate that remains after a 429. */
const decrease = 0.5;
/** The share of the full rate that returns after each second without a 429. */
const increase = 0.1;

export interface RateLimits {
  /** Requests per second over all endpoints. */
  readonly total: number;
  /** Requests per second for each endpoint. */
  readonly perEndpoint: number;
}

/**
 * Limits the requests that start in any one second, in total and per endpoint. Requests of one
 * endpoint start in the order of their calls. After a 429 the rate is halved, and then returns in
 * steps of a tenth: another client uses the same account.
 */
export class RateLimiter {
  readonly #total: SlidingWindow;
  readonly #endpoints = new Map<string, SlidingWindow>();
  /** The latest request of each endpoint. The next one starts after it. */
  readonly #latest = new Map<string, Promise<void>>();

  constructor(
    private readonly limits: RateLimits,
    private readonly clock: Clock = systemClock,
  ) {
    this.#total = new SlidingWindow(limits.total, clock);
  }

  /** Resolves when the request may start. */
  acquire(endpoint: string): Promise<void> {
    const previous = this.#latest.get(endpoint) ?? Promise.resolve();
    const turn = previous.then(() => this.#waitForTurn(this.#endpoint(endpoint)));
    this.#latest.set(endpoint, turn);
    return turn;
  }

  /** Slows down all requests. The caller must call it after a 429 of the endpoint. */
  slowDown(endpoint: string): void {
    this.#total.slowDown();
    this.#endpoint(endpoint).slowDown();
  }

  async #waitForTurn(endpoint: SlidingWindow): Promise<void> {
    for (;;) {
      const wait = Math.max(this.#total.timeToWait(), endpoint.timeToWait());
      if (wait === 0) break;
      await this.clock.sleep(wait);
    }
    this.#total.recordStart();
    endpoint.recordStart();
  }

  #endpoint(endpoint: string): SlidingWindow {
    const window = this.#endpoints.get(endpoint) ?? new SlidingWindow(this.limits.perEndpoint, this.clock);
    this.#endpoints.set(endpoint, window);
    return window;
  }
}

/**
 * Limits the requests that start within any second. A token bucket would allow twice the rate in
 * the first second: the tokens of a full bucket plus those added during that second.
 */
class SlidingWindow {
  #starts: number[] = [];
  #rate: number;
  #changed = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly fullRate: number,
    private readonly clock: Clock,
  ) {
    this.#rate = fullRate;
  }

  /** Returns the milliseconds until one more request may start, or 0. */
  timeToWait(): number {
    const now = this.clock.now();
    this.#recover(now);
    this.#starts = this.#starts.filter((start) => start > now - windowLength);
    const blocking = this.#starts.at(-Math.floor(this.#rate));
    return blocking === undefined ? 0 : Math.ceil(blocking + windowLength - now);
  }

  recordStart(): void {
    this.#starts.push(this.clock.now());
  }

  slowDown(): void {
    const now = this.clock.now();
    // The requests of one burst are refused together, so they count as one refusal.
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
