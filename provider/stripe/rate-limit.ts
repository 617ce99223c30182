import { type Clock, systemClock } from "./clock";

// Milliseconds. Stripe limits requests per second, in total and per endpoint (S82).
const windowLength = 1_000;
/** The share of the rate that remains after a 429. */
const decrease = 0.5;
/** The share of the full rate that returns after each second without a 429. */
const increase = 0.1;
/** Milliseconds after which a request that waits for a reservation looks again whether it ended. */
const reservationCheck = 20;

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
  readonly #reservations = new Set<Reservation>();

  constructor(
    private readonly limits: RateLimits,
    private readonly clock: Clock = systemClock,
  ) {
    this.#total = new SlidingWindow(limits.total, clock);
  }

  /** Resolves when the request may start. */
  acquire(endpoint: string): Promise<void> {
    const previous = this.#latest.get(endpoint) ?? Promise.resolve();
    const turn = previous.then(() => this.#waitForTurn(endpoint));
    this.#latest.set(endpoint, turn);
    return turn;
  }

  /** Slows down all requests. The caller must call it after a 429 of the endpoint. */
  slowDown(endpoint: string): void {
    this.#total.slowDown();
    this.#endpoint(endpoint).slowDown();
  }

  /**
   * Keeps this number of starts a second free for an endpoint, but at most half of the total, until
   * the function that it returns is called.
   */
  reserve(endpoint: string, wanted: number): () => void {
    const reservation = { endpoint, rate: Math.min(wanted, this.limits.total / 2) };
    this.#reservations.add(reservation);
    return () => void this.#reservations.delete(reservation);
  }

  async #waitForTurn(endpoint: string): Promise<void> {
    const own = this.#endpoint(endpoint);
    for (;;) {
      const reserved = this.#reservedFor(endpoint);
      const wait = Math.max(this.#total.timeToWait(reserved), own.timeToWait());
      if (wait === 0) break;
      await this.clock.sleep(reserved > 0 ? Math.min(wait, reservationCheck) : wait);
    }
    this.#total.recordStart();
    own.recordStart();
  }

  /** Returns how many of the starts of this second are kept for other endpoints. */
  #reservedFor(endpoint: string): number {
    const others = [...this.#reservations].filter((reservation) => reservation.endpoint !== endpoint);
    const unused = others.map(({ endpoint: other, rate }) => Math.max(0, rate - this.#endpoint(other).recentStarts));
    return unused.reduce((sum, each) => sum + each, 0);
  }

  #endpoint(endpoint: string): SlidingWindow {
    const window = this.#endpoints.get(endpoint) ?? new SlidingWindow(this.limits.perEndpoint, this.clock);
    this.#endpoints.set(endpoint, window);
    return window;
  }
}

/** The starts a second that are kept for one endpoint. */
interface Reservation {
  readonly endpoint: string;
  readonly rate: number;
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

  /** The number of starts in the last second. */
  get recentStarts(): number {
    const now = this.clock.now();
    return this.#starts.filter((start) => start > now - windowLength).length;
  }

  /**
   * Returns the milliseconds until one more request may start, or 0.
   *
   * @param reserved the part of the rate that is not available. One request of it stays available
   */
  timeToWait(reserved = 0): number {
    const now = this.clock.now();
    this.#recover(now);
    this.#starts = this.#starts.filter((start) => start > now - windowLength);
    const blocking = this.#starts.at(-Math.max(1, Math.floor(this.#rate) - reserved));
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
