import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import type { StripeProductFeature } from "../stripe/schemas";
import { assertText } from "./arguments";
import { call, callOutput, type ProgramFunction } from "./call";

export interface ListProductFeaturesArgs {
  /** The product's id, `prod_…`. */
  readonly product: string;
}

export interface ListProductFeaturesOutputArgs {
  /** The product's id, `prod_…`. */
  readonly product: Input<string>;
}

/** A feature's attachment to a product, as Stripe has it. */
export interface AttachedFeature {
  /** `prodft_…` */
  readonly id: string;
  /** The product's id. */
  readonly product: string;
  /** The feature's id, `feat_…`. */
  readonly entitlementFeature: string;
  /** The feature's lookup key. */
  readonly lookupKey: string;
  /** Whether the attachment lives in live mode. */
  readonly livemode: boolean;
}

export interface ListProductFeaturesResult {
  readonly product: string;
  /** In Stripe's order. */
  readonly productFeatures: readonly AttachedFeature[];
}

/**
 * Lists what is attached to a product: one request for every 100. Fails when there is no such product.
 *
 * @param opts of no effect but for the mocks of a test: this package's functions need no provider
 */
export function listProductFeatures(
  args: ListProductFeaturesArgs,
  opts?: InvokeOptions,
): Promise<ListProductFeaturesResult> {
  return call(fn, args, opts);
}

/** As {@link listProductFeatures}, for arguments that are outputs, and with `dependsOn`. */
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
