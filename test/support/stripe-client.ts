import { StripeClient, type StripeClientOptions } from "../../provider/stripe/client";
import type { RetryPolicy } from "../../provider/stripe/retry";

/** Made up; of the shape that keys have. */
export const testKey = "sk_test_madeUpForTests0123456789";

/** As many tries as wanted, and no time between them. */
export const quickRetries = (maxRetries = 3): RetryPolicy => ({ maxRetries, firstDelay: 1, maxDelay: 1 });

/** A client of the server at `apiBase`, quick to retry and limited by nothing unless `options` say otherwise. */
export function clientOf(apiBase: string, options: Partial<StripeClientOptions> = {}): StripeClient {
  return new StripeClient({
    apiBase,
    apiKey: testKey,
    requestTimeout: 5_000,
    retry: quickRetries(),
    limits: { total: 100_000, perEndpoint: 100_000 },
    ...options,
  });
}
