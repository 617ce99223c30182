import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import type { StripeProduct } from "../stripe/schemas";
import { assertBoolean } from "./arguments";
import { call, callOutput, type ProgramFunction } from "./call";

/** The arguments of {@link listProducts}. */
export interface ListProductsArgs {
  /** Only the products that are active (`true`) or archived (`false`). Default: all. */
  readonly active?: boolean | undefined;
}

/** The arguments of {@link listProductsOutput}. */
export interface ListProductsOutputArgs {
  /** Only the products that are active (`true`) or archived (`false`). Default: all. */
  readonly active?: Input<boolean | undefined>;
}

/** A product in Stripe. */
export interface ListedProduct {
  /** `prod_…`, or the id that its creator chose. */
  readonly id: string;
  /** The product's name. */
  readonly name: string;
  /** False for an archived product. */
  readonly active: boolean;
  /** The product's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the product is in live mode. */
  readonly livemode: boolean;
}

/** The result of {@link listProducts}. */
export interface ListProductsResult {
  /** In Stripe's order. */
  readonly products: readonly ListedProduct[];
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

const fn: ProgramFunction<ListProductsArgs, ListProductsResult> = {
  name: "listProducts",
  check: ({ active }) => assertBoolean("listProducts", { active }),
  answer: async (lookups, { active }) => ({ products: (await lookups.products(active)).map(resultOf) }),
};

function resultOf({ id, name, active, metadata, livemode }: StripeProduct): ListedProduct {
  return { id, name, active, metadata: { ...metadata }, livemode };
}
