import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import type { StripeProduct } from "../stripe/schemas";
import { assertBoolean } from "./arguments";
import { call, callOutput, type ProgramFunction } from "./call";

export interface ListProductsArgs {
  /** Only the products that are active (`true`) or archived (`false`). Default: all. */
  readonly active?: boolean | undefined;
}

export interface ListProductsOutputArgs {
  /** Only the products that are active (`true`) or archived (`false`). Default: all. */
  readonly active?: Input<boolean | undefined>;
}

/** A product as Stripe has it, as far as entitlements need it. */
export interface ListedProduct {
  /** `prod_…`, or the id that it was given. */
  readonly id: string;
  readonly name: string;
  /** False for an archived product. */
  readonly active: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the product lives in live mode. */
  readonly livemode: boolean;
}

export interface ListProductsResult {
  /** In Stripe's order. */
  readonly products: readonly ListedProduct[];
}

/**
 * Lists the products of the account and mode that the API key belongs to: one request for every 100.
 *
 * @example
 * Products that were made elsewhere, by an entry of their metadata, which is the same in sandbox and live where the ids differ:
 * ```ts
 * const { products } = await listProducts({ active: true });
 * const team = products.find(({ metadata }) => metadata["plan"] === "team");
 * ```
 *
 * @param opts of no effect but for the mocks of a test: this package's functions need no provider
 */
export function listProducts(args: ListProductsArgs = {}, opts?: InvokeOptions): Promise<ListProductsResult> {
  return call(fn, args, opts);
}

/** As {@link listProducts}, for arguments that are outputs, and with `dependsOn`. */
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
