import type { StripeError } from "./errors";

/** How often and how patiently a request is tried again. Delays are in milliseconds. */
export interface RetryPolicy {
  /** Tries after the first one. Default 8: with the delays below about 40 seconds of patience. */
  readonly maxRetries: number;
  /** The first delay, which doubles for each further try. Default 500, as in Stripe's SDKs [sdk]. */
  readonly firstDelay: number;
  /** No delay is longer. Default 8,000. */
  readonly maxDelay: number;
}

export const defaultRetryPolicy: RetryPolicy = { maxRetries: 8, firstDelay: 500, maxDelay: 8_000 };

interface RetryRule {
  readonly when: (error: StripeError) => boolean;
  readonly retry: boolean;
  readonly reason: string;
}

/** The first rule that applies decides; a request that none applies to is not tried again. */
export const retryRules: readonly RetryRule[] = [
  {
    when: (error) => error.replayed && !isReplayedServerError(error),
    retry: false,
    reason: "Stripe keeps the answer under the idempotency key, failures included: it would say the same again [docs]",
  },
  {
    when: (error) => error.kind === "rateLimit",
    retry: true,
    reason:
      "Stripe did not act. Its SDKs give up here [sdk], which fails half of a large run; waiting is what was asked for",
  },
  {
    when: (error) => error.shouldRetry === false,
    retry: false,
    reason: "Stripe-Should-Retry: false says that it is of no use [sdk]",
  },
  {
    when: isReplayedServerError,
    retry: true,
    reason:
      "Stripe would say the same again under this idempotency key [docs], so the next try is a new operation. If Stripe acted on the one before, " +
      "nothing is done twice: a lookup key and a pair can exist once only, and everything else sets values",
  },
  {
    when: (error) => error.shouldRetry === true,
    retry: true,
    reason: "Stripe-Should-Retry: true says that the next try may succeed [sdk]",
  },
  {
    when: (error) => error.kind === "lockTimeout",
    retry: true,
    reason: "another request held the object; Stripe did not act [docs]",
  },
  {
    when: (error) => error.kind === "connection",
    retry: true,
    reason: "a lost answer is found again by the idempotency key; GET and DELETE may be repeated as they are [docs]",
  },
  {
    when: (error) => error.status === 409,
    retry: true,
    reason: "the first try of this very request is still running, or lost a race [sdk]",
  },
  {
    when: (error) => error.status !== undefined && error.status >= 500,
    retry: true,
    reason: "a fault on Stripe's side, usually short [sdk]",
  },
];

/** Whether Stripe keeps answering so under the request's idempotency key, although the fault was on its side. */
export function isReplayedServerError({ replayed, status }: StripeError): boolean {
  return replayed && status !== undefined && status >= 500;
}

export function shouldRetry(error: StripeError): boolean {
  return retryRules.find((rule) => rule.when(error))?.retry ?? false;
}
