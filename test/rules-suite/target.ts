import type { Emulator, Environment } from "../../emulator";
import { apiVersion } from "../../provider/stripe/client";

/** A way to sell products, and to let time pass. */
export interface Subscribers {
  /** Makes a customer who has subscribed to the products, and says its id. */
  readonly subscribe: (...products: readonly string[]) => Promise<string>;
  readonly cancel: (customer: string, product: string) => Promise<void>;
  readonly startBillingPeriod: (customer: string) => Promise<void>;
}

/** What some cases need besides the key, and not every server has. */
export interface Extras {
  /** A restricted key that may read Entitlements, and nothing else. */
  readonly restrictedKey?: string;
  readonly publishableKey?: string;
  /** A key that was rolled or has expired. */
  readonly expiredKey?: string;
  /** Id of a feature that the same account has in live mode. */
  readonly liveFeature?: string;
  /** Id of a feature that another account has. */
  readonly foreignFeature?: string;
  /** An account that the key's own account may act for. */
  readonly connectedAccount?: string;
  /** A customer with at least one active entitlement. */
  readonly entitledCustomer?: string;
  /** On Stripe a subscription needs prices, which are never deleted: there this is left out. */
  readonly subscribers?: Subscribers;
  /** Runs `action` while writes take some time. */
  readonly slowly?: <T>(action: () => Promise<T>) => Promise<T>;
}

/** A server whose rules are examined. */
export interface Target {
  readonly apiBase: string;
  /** Of a sandbox or in test mode, and never printed or recorded. */
  readonly apiKey: string;
  readonly apiVersion: string;
  readonly requestsPerSecond: number;
  readonly extras: Extras;
}

const platformId = "acct_platform";
const connectedId = "acct_connected";

/** The accounts that an emulator must be started with to be a target. */
export const accounts = [{ id: platformId }, { id: connectedId, connectedTo: platformId }];

/** An emulator with all that the cases can need. */
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

/** A customer who has bought a product with one feature. */
function entitledCustomer({ dashboard }: Environment): string {
  const product = dashboard.createProduct({ name: "Sold" });
  dashboard.attach(product.id, dashboard.createFeature({ lookupKey: "sold", name: "Sold" }).id);
  return dashboard.createCustomer({ products: [product.id] }).id;
}
