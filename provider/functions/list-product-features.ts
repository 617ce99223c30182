import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import type { StripeProductFeature } from "../stripe/schemas";
import { assertText } from "./arguments";
import { call, callOutput, type ProgramFunction } from "./call";

/** The arguments of {@link listProductFeatures}. */
export interface ListProductFeaturesArgs {
  /** The product's id, `prod_…`. */
  readonly product: string;
}

/** The arguments of {@link listProductFeaturesOutput}. */
export interface ListProductFeaturesOutputArgs {
  /** The product's id, `prod_…`. */
  readonly product: Input<string>;
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
  /** The product's id, `prod_…`. */
  readonly product: string;
  /** In Stripe's order. */
  readonly productFeatures: readonly AttachedFeature[];
}

/**
 * Lists the features that are attached to a product. Sends one request per 100.
 *
 * @remarks
 * Rejects with an `EntitlementsError` when a request fails. Its kind is `missing` when the product
 * does not exist.
 *
 * @param opts have an effect only in tests with mocks, because the function uses no provider
 */
export function listProductFeatures(
  args: ListProductFeaturesArgs,
  opts?: InvokeOptions,
): Promise<ListProductFeaturesResult> {
  return call(fn, args, opts);
}

/**
 * Lists as {@link listProductFeatures} does, for arguments that are outputs. At preview the result
 * is unknown while an argument is unknown, or its resource or one in `dependsOn` does not exist.
 */
export function listProductFeaturesOutput(
  args: ListProductFeaturesOutputArgs,
  opts?: InvokeOutputOptions,
): Output<ListProductFeaturesResult> {
  return callOutput(fn, { ...args }, opts);
}

const fn: ProgramFunction<ListProductFeaturesArgs, ListProductFeaturesResult> = {
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
