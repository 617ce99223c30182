import type { StripeProduct } from "../stripe/schemas";
import { assertBoolean } from "./arguments";
import type { LookupFunction } from "./function";
import type { ListedProduct, ListProductsArgs, ListProductsResult } from "./types";

/** The function `listProducts`. */
export const listProducts: LookupFunction<ListProductsArgs, ListProductsResult> = {
  name: "listProducts",
  check: ({ active }) => assertBoolean("listProducts", { active }),
  answer: async (lookups, { active }) => ({ products: (await lookups.products(active)).map(resultOf) }),
};

function resultOf({ id, name, active, metadata, livemode }: StripeProduct): ListedProduct {
  return { id, name, active, metadata: { ...metadata }, livemode };
}
