import type { StripeActiveEntitlement } from "../stripe/schemas";
import { assertText } from "./arguments";
import type { LookupFunction } from "./function";

/** The arguments of {@link listActiveEntitlements}. */
export interface ListActiveEntitlementsArgs {
  /** The customer's id, `cus_…`. */
  readonly customer: string;
}

/** A feature that a customer may use. */
export interface ActiveEntitlement {
  /** `ent_…` */
  readonly id: string;
  /** The feature's lookup key. */
  readonly lookupKey: string;
  /** The feature's id, `feat_…`. */
  readonly feature: string;
  /** Whether the entitlement is in live mode. */
  readonly livemode: boolean;
}

/** The result of {@link listActiveEntitlements}. */
export interface ListActiveEntitlementsResult {
  readonly customer: string;
  /** In Stripe's order. */
  readonly activeEntitlements: readonly ActiveEntitlement[];
}

/** The function `listActiveEntitlements`. */
export const listActiveEntitlements: LookupFunction<ListActiveEntitlementsArgs, ListActiveEntitlementsResult> = {
  name: "listActiveEntitlements",
  check: ({ customer }) => assertText("listActiveEntitlements", { customer }),
  answer: async (lookups, { customer }) => ({
    customer,
    activeEntitlements: (await lookups.activeEntitlements(customer)).map(resultOf),
  }),
};

function resultOf({ id, lookupKey, feature, livemode }: StripeActiveEntitlement): ActiveEntitlement {
  return { id, lookupKey, feature, livemode };
}
