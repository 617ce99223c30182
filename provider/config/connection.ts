import { ProductScan } from "../lifecycle/feature/product-scan";
import type { ProviderContext } from "../lifecycle/context";
import { AccountGuard } from "../lifecycle/account/guard";
import type { LocalContext } from "../lifecycle/session";
import { defaultApiBase, StripeClient } from "../stripe/client";
import { StripeApi } from "../stripe/api";
import type { RateLimits } from "../stripe/rate-limit";
import { defaultRetryPolicy } from "../stripe/retry";
import { ListCache } from "../stripe/list-cache";
import { requireUsableProxies } from "./proxy";
import { session } from "./session";
import { readSettings, type Settings } from "./settings";

const defaultRequestTimeout = 30;

// Stripe allows a sandbox 25 requests a second, live mode 100, and any one endpoint 25 [docs]: one in 20 or more is left for others.
const ratePerEndpoint = 24;
const defaultRate = { test: 24, live: 95 };

let connected: ProviderContext | undefined;

/** The connection of this process: its client, its limiter and what it has read are shared by all resources of the stack. */
export function connection(): ProviderContext {
  connected ??= connect(readSettings(), session());
  return connected;
}

/** A connection of its own. `share` is the part of the rate that it may use, where others send requests, too. */
export function connect(settings: Settings, shared: LocalContext, share = 1): ProviderContext {
  requireUsableProxies();
  const rate = settings.maxRequestsPerSecond ?? defaultRate[shared.keyMode ?? "test"];
  const total = Math.max(1, rate * share);
  const client = new StripeClient({
    apiKey: settings.apiKey,
    apiBase: settings.apiBase ?? defaultApiBase,
    stripeAccount: settings.stripeAccount,
    stripeContext: settings.stripeContext,
    requestTimeout: (settings.requestTimeout ?? defaultRequestTimeout) * 1000,
    retry: { ...defaultRetryPolicy, maxRetries: settings.maxRetries ?? defaultRetryPolicy.maxRetries },
    limits: limitsFor(total),
  });
  const stripe = new StripeApi(client);
  return {
    ...shared,
    stripe,
    lists: new ListCache(stripe),
    guard: new AccountGuard(stripe, shared, settings),
    productScan: new ProductScan(stripe),
  };
}

function limitsFor(total: number): RateLimits {
  return { total, perEndpoint: Math.min(total, ratePerEndpoint) };
}
