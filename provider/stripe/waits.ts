import type { StripeError, StripeErrorKind } from "./errors";

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

/** The time from the first attempt of a request to its result. */
export class Wait {
  #timer: NodeJS.Timeout | undefined;
  #cause: StripeError | undefined;

  constructor(
    private readonly interval: number,
    private readonly report: ReportWait,
  ) {}

  /** Starts the wait at the first call. The time before, in the queue of the rate limit, is not part of it. */
  start(): void {
    this.#timer ??= setInterval(() => this.report(this.#cause), this.interval).unref();
  }

  recordFailure(error: StripeError): void {
    this.#cause = error;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
