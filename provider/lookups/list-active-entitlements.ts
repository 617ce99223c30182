import type { StripeActiveEntitlement } from "../stripe/schemas";
import { assertText } from "./arguments";
import type { LookupFunction } from "./function";
import type { ActiveEntitlement, ListActiveEntitlementsArgs, ListActiveEntitlementsResult } from "./types";

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
