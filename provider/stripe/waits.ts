import { mayBeSent, type RequestEffort, type StripeError, type StripeErrorKind } from "./errors";

/**
 * Reports that a request waits.
 *
 * @param cause the error of its latest attempt. Undefined while the first one has no answer.
 */
export type ReportWait = (cause: StripeError | undefined) => void;

/** Milliseconds. */
export interface WaitTimes {
  /** After which a request is reported. Default 5,000. */
  readonly first: number;
  /** For which a cause is not reported again. Default 60,000. */
  readonly again: number;
}

const defaultTimes: WaitTimes = { first: 5_000, again: 60_000 };

/** Reports long waits: each kind of cause at most once a minute, however many requests wait. */
export class Waits {
  readonly #reported = new Map<StripeErrorKind | undefined, number>();

  constructor(
    private readonly report: ReportWait,
    private readonly times: WaitTimes = defaultTimes,
  ) {}

  /** Returns the wait of one request. The caller must end it. */
  create(): Wait {
    return new Wait(this.times.first, (cause) => this.#reportOnce(cause));
  }

  #reportOnce(cause: StripeError | undefined): void {
    const now = performance.now();
    const reported = this.#reported.get(cause?.kind);
    if (reported !== undefined && now - reported < this.times.again) return;
    this.#reported.set(cause?.kind, now);
    this.report(cause);
  }
}

/** The wait of one request for its result, over all attempts. */
export class Wait {
  readonly #created = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #isSent = false;
  #cause: StripeError | undefined;

  constructor(
    private readonly interval: number,
    private readonly report: ReportWait,
  ) {}

  /**
   * Starts the reports. The caller must call it when the first attempt leaves the queue of the rate
   * limit.
   */
  start(): void {
    this.#timer ??= setInterval(() => this.report(this.#cause), this.interval).unref();
  }

  recordFailure(error: StripeError): void {
    this.#failures += 1;
    this.#isSent ||= mayBeSent(error);
    this.#cause = error;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** The effort for a request whose attempts have all failed. */
  get effort(): RequestEffort {
    return { attempts: this.#failures, elapsed: performance.now() - this.#created, isSent: this.#isSent };
  }
}
