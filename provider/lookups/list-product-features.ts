import type { StripeProductFeature } from "../stripe/schemas";
import { assertText } from "./arguments";
import type { LookupFunction } from "./function";

/** The arguments of {@link listProductFeatures}. */
export interface ListProductFeaturesArgs {
  /** The product's id, `prod_…`. */
  readonly product: string;
}

/** The attachment of a feature to a product. */
export interface AttachedFeature {
  /** `prodft_…` */
  readonly id: string;
  /** The product's id. */
  readonly product: string;
  /** The feature's id, `feat_…`. */
  readonly entitlementFeature: string;
  /** The feature's lookup key. */
  readonly lookupKey: string;
  /** Whether the attachment is in live mode. */
  readonly livemode: boolean;
}

/** The result of {@link listProductFeatures}. */
export interface ListProductFeaturesResult {
  readonly product: string;
  /** In Stripe's order. */
  readonly productFeatures: readonly AttachedFeature[];
}

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
