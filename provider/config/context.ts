import type { LocalContext, ProviderContext } from "../lifecycle/context";
import { waitText } from "../lifecycle/errors";
import { toProviderContext } from "../lifecycle/provider-context";
import { StripeApi } from "../stripe/api";
import { defaultApiBase, StripeClient } from "../stripe/client";
import type { RateLimits } from "../stripe/rate-limit";
import { defaultRetryPolicy } from "../stripe/retry";
import { Waits } from "../stripe/waits";
import { assertUsableProxies } from "./proxy";
import type { Settings } from "./settings";

/** Seconds. */
const defaultRequestTimeout = 30;

// Requests a second. Stripe allows a sandbox 25, live mode 100, and one endpoint 25 (S82): one in
// 20 or more is left to other clients.
const ratePerEndpoint = 24;
const defaultRate = { test: 24, live: 95 };

/** The settings of a preview that compares creates with Stripe. It does not wait long. */
export const previewSettings = { requestTimeout: 2, maxRetries: 1 };

/**
 * Returns a context that shares nothing with others. Sends nothing.
 *
 * @param share the part of the rate that it may use, where another context of the same run sends
 * requests, too
 * @throws EntitlementsError when a proxy variable is invalid
 */
export function createContext(
  settings: Settings,
  local: LocalContext,
  { share = 1 }: { readonly share?: number } = {},
): ProviderContext {
  assertUsableProxies();
  return toProviderContext(local, new StripeApi(createClient(settings, local, share)));
}

function createClient(settings: Settings, { keyMode, log }: LocalContext, share: number): StripeClient {
  const rate = settings.maxRequestsPerSecond ?? defaultRate[keyMode ?? "test"];
  return new StripeClient({
    apiKey: settings.apiKey,
    apiBase: settings.apiBase ?? defaultApiBase,
    stripeAccount: settings.stripeAccount,
    stripeContext: settings.stripeContext,
    requestTimeout: (settings.requestTimeout ?? defaultRequestTimeout) * 1000,
    retry: { ...defaultRetryPolicy, maxRetries: settings.maxRetries ?? defaultRetryPolicy.maxRetries },
    limits: limitsFor(Math.max(1, rate * share)),
    waits: new Waits((cause) => log(waitText(cause))),
  });
}

function limitsFor(total: number): RateLimits {
  return { total, perEndpoint: Math.min(total, ratePerEndpoint) };
}
