import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import { listProducts as fn } from "../lookups/list-products";
import type { ListProductsArgs, ListProductsResult } from "../lookups/types";
import { call, callOutput } from "./call";

/** The arguments of {@link listProductsOutput}. */
export interface ListProductsOutputArgs {
  /** Only the products that are active (`true`) or archived (`false`). Default: all. */
  readonly active?: Input<boolean | undefined>;
}

/**
 * Lists the products in the account and mode of the API key. Sends one request per 100.
 *
 * @remarks
 * Rejects with an `EntitlementsError` when a request fails.
 *
 * @example
 * A product is found by an entry of its metadata. Its id differs between sandbox and live mode.
 * ```ts
 * const { products } = await listProducts({ active: true });
 * const team = products.find(({ metadata }) => metadata["plan"] === "team");
 * ```
 *
 * @param opts have an effect only in tests with mocks, because the function uses no provider
 */
export function listProducts(args: ListProductsArgs = {}, opts?: InvokeOptions): Promise<ListProductsResult> {
  return call(fn, args, opts);
}

/**
 * Lists as {@link listProducts} does, for arguments that are outputs. At preview the result is
 * unknown while an argument is unknown, or its resource or one in `dependsOn` does not exist.
 */
export function listProductsOutput(
  args: ListProductsOutputArgs = {},
  opts?: InvokeOutputOptions,
): Output<ListProductsResult> {
  return callOutput(fn, { ...args }, opts);
}
