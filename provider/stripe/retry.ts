import type { Options } from "p-retry";
import { isStripeError, type StripeError } from "./errors";

/** How many times a failed request is retried, and after which delays in milliseconds. */
export interface RetryPolicy {
  /** Retries after the first attempt. Default 8, which take about 40 s with the default delays. */
  readonly maxRetries: number;
  /** The delay before the first retry. It doubles for each further retry. Default 500. */
  readonly firstDelay: number;
  /** The longest delay. Default 8,000. */
  readonly maxDelay: number;
}

// Stripe's SDKs start with 500 ms, too (S78).
export const defaultRetryPolicy: RetryPolicy = { maxRetries: 8, firstDelay: 500, maxDelay: 8_000 };

interface RetryRule {
  readonly when: (error: StripeError) => boolean;
  readonly retry: boolean;
}

/** The first rule that matches decides. An error that matches no rule is not retried. */
const retryRules: readonly RetryRule[] = [
  // Stripe returns the stored answer again for the same idempotency key, failures included (S70).
  { when: (error) => error.replayed && !isReplayedServerError(error), retry: false },
  // Stripe did not act (S83). Its SDKs do not retry here (S78), but half of a large run would fail.
  { when: (error) => error.kind === "rateLimit", retry: true },
  // Stripe-Should-Retry: false means that a retry is of no use (S79).
  { when: (error) => error.shouldRetry === false, retry: false },
  // Stripe would replay the error for this idempotency key (S70), so the client takes a new key. If
  // Stripe acted on the first request, nothing is done twice: a lookup key (S2) and an attachment
  // (S26) can exist only once, and all other writes set values.
  { when: isReplayedServerError, retry: true },
  // Stripe-Should-Retry: true means that a retry may succeed (S79).
  { when: (error) => error.shouldRetry === true, retry: true },
  // Another request kept the object locked, and Stripe did not act (S85).
  { when: (error) => error.kind === "lockTimeout", retry: true },
  // The idempotency key makes a repeated POST safe. GET and DELETE are safe without a key (S81).
  { when: (error) => error.kind === "connection", retry: true },
  // The first attempt of this request is still running (S73), or it lost a race (S78).
  { when: (error) => error.status === 409, retry: true },
  // A failure on Stripe's side, usually short (S78).
  { when: (error) => error.status !== undefined && error.status >= 500, retry: true },
];

export function shouldRetry(error: StripeError): boolean {
  return retryRules.find((rule) => rule.when(error))?.retry ?? false;
}

/** Whether Stripe replayed a 5xx. It replays the same error until the idempotency key changes. */
export function isReplayedServerError({ replayed, status }: StripeError): boolean {
  return replayed && status !== undefined && status >= 500;
}

/** Returns options of p-retry. Delays are random: up to twice as long, at most `maxDelay`. */
export function retryOptions({ maxRetries, firstDelay, maxDelay }: RetryPolicy): Options {
  return {
    retries: maxRetries,
    minTimeout: firstDelay,
    // p-retry does not randomize its longest delay. Without this, requests that failed together
    // would be retried together.
    maxTimeout: maxDelay * (1 - Math.random() / 4),
    randomize: true,
    shouldRetry: ({ error }) => isStripeError(error) && shouldRetry(error),
  };
}
