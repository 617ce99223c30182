import type { StripeProductFeature } from "../stripe/schemas";
import { assertText } from "./arguments";
import type { LookupFunction } from "./function";
import type { AttachedFeature, ListProductFeaturesArgs, ListProductFeaturesResult } from "./types";

/** The function `listProductFeatures`. */
export const listProductFeatures: LookupFunction<ListProductFeaturesArgs, ListProductFeaturesResult> = {
  name: "listProductFeatures",
  check: ({ product }) => assertText("listProductFeatures", { product }),
  answer: async (lookups, { product }) => {
    const attached = await lookups.productFeatures(product);
    return { product, productFeatures: attached.map((each) => resultOf(product, each)) };
  },
};

function resultOf(product: string, { id, feature, livemode }: StripeProductFeature): AttachedFeature {
  return { id, product, entitlementFeature: feature.id, lookupKey: feature.lookupKey, livemode };
}
