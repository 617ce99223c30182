import type { StripeProduct } from "../stripe/schemas";
import { assertBoolean } from "./arguments";
import type { LookupFunction } from "./function";

/** The arguments of {@link listProducts}. */
export interface ListProductsArgs {
  /** Only the products that are active (`true`) or archived (`false`). Default: all. */
  readonly active?: boolean | undefined;
}

/** A product in Stripe. */
export interface ListedProduct {
  /** `prod_…`, or the id that its creator chose. */
  readonly id: string;
  readonly name: string;
  /** False for an archived product. */
  readonly active: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the product is in live mode. */
  readonly livemode: boolean;
}

/** The result of {@link listProducts}. */
export interface ListProductsResult {
  /** In Stripe's order. */
  readonly products: readonly ListedProduct[];
}

/** The function `listProducts`. */
export const listProducts: LookupFunction<ListProductsArgs, ListProductsResult> = {
  name: "listProducts",
  check: ({ active }) => assertBoolean("listProducts", { active }),
  answer: async (lookups, { active }) => ({ products: (await lookups.products(active)).map(resultOf) }),
};

function resultOf({ id, name, active, metadata, livemode }: StripeProduct): ListedProduct {
  return { id, name, active, metadata: { ...metadata }, livemode };
}
