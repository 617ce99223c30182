import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import { listProductFeatures as fn } from "../lookups/list-product-features";
import type { ListProductFeaturesArgs, ListProductFeaturesResult } from "../lookups/types";
import { call, callOutput } from "./call";

/** The arguments of {@link listProductFeaturesOutput}. */
export interface ListProductFeaturesOutputArgs {
  /** The product's id, `prod_…`. */
  readonly product: Input<string>;
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
