import type { Emulator, Environment } from "../../emulator";
import { apiVersion } from "../../provider/stripe/client";

/** Simulates subscriptions and the passing of time. */
export interface Subscribers {
  /** Creates a customer who subscribes to the products. Returns its id. */
  readonly subscribe: (...products: readonly string[]) => Promise<string>;
  readonly cancel: (customer: string, product: string) => Promise<void>;
  readonly startBillingPeriod: (customer: string) => Promise<void>;
}

/** Keys and ids that some cases need in addition to the key. Not every server has them. */
export interface Extras {
  /** A restricted key that can only read Entitlements. */
  readonly restrictedKey?: string;
  readonly publishableKey?: string;
  /** A rolled or expired key. */
  readonly expiredKey?: string;
  /** Id of a feature that the same account has in live mode. */
  readonly liveFeature?: string;
  /** Id of a feature that another account has. */
  readonly foreignFeature?: string;
  /** Id of an account that the key can act on. */
  readonly connectedAccount?: string;
  /** A customer with at least one active entitlement. */
  readonly entitledCustomer?: string;
  /** Absent for Stripe, where a subscription needs prices, which cannot be deleted. */
  readonly subscribers?: Subscribers;
  /** Runs `action` while writes are slow. */
  readonly slowly?: <T>(action: () => Promise<T>) => Promise<T>;
}

/** A server to examine. */
export interface Target {
  readonly apiBase: string;
  /** A key of a sandbox or of test mode. It is never printed or recorded. */
  readonly apiKey: string;
  readonly apiVersion: string;
  readonly requestsPerSecond: number;
  readonly extras: Extras;
}

const platformId = "acct_platform";
const connectedId = "acct_connected";

/** The accounts of an emulator that is a target. */
export const accounts = [{ id: platformId }, { id: connectedId, connectedTo: platformId }];

/** Returns an emulator as a target, with everything that the cases need. */
export function emulatorTarget(emulator: Emulator): Target {
  const { faults, live, sandbox } = emulator;
  const expiredKey = sandbox.restrictedKey({ entitlements: "read" });
  sandbox.expireKey(expiredKey);
  const { dashboard } = sandbox;
  const stranger = emulator.environment({ account: "acct_stranger", livemode: false });
  return {
    apiBase: emulator.url,
    apiKey: emulator.apiKey,
    apiVersion,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    extras: {
      restrictedKey: sandbox.restrictedKey({ entitlements: "read" }),
      publishableKey: sandbox.publishableKey,
      expiredKey,
      liveFeature: live.dashboard.createFeature({ lookupKey: "live", name: "Live" }).id,
      foreignFeature: stranger.dashboard.createFeature({ lookupKey: "foreign", name: "Foreign" }).id,
      connectedAccount: connectedId,
      entitledCustomer: entitledCustomer(sandbox),
      subscribers: {
        subscribe: async (...products) => dashboard.createCustomer({ products }).id,
        cancel: async (customer, product) => void dashboard.cancelSubscription(customer, product),
        startBillingPeriod: async (customer) => void dashboard.startBillingPeriod(customer),
      },
      slowly: async (action) => {
        const slow = faults.add({ kind: "latency", method: "POST", ms: 100 });
        try {
          return await action();
        } finally {
          slow.remove();
        }
      },
    },
  };
}

/** Creates a customer who subscribes to a product with one feature. */
function entitledCustomer({ dashboard }: Environment): string {
  const product = dashboard.createProduct({ name: "Sold" });
  dashboard.attach(product.id, dashboard.createFeature({ lookupKey: "sold", name: "Sold" }).id);
  return dashboard.createCustomer({ products: [product.id] }).id;
}
