import type { LookupFunction } from "../lookups/function";
import { getFeature } from "../lookups/get-feature";
import { listActiveEntitlements } from "../lookups/list-active-entitlements";
import { listFeatures } from "../lookups/list-features";
import { listProductFeatures } from "../lookups/list-product-features";
import { listProducts } from "../lookups/list-products";
import { tokenOf } from "./tokens";
import type { Properties } from "./wire";

type AnyFunction = LookupFunction<Properties, object>;

const all = [getFeature, listActiveEntitlements, listFeatures, listProductFeatures, listProducts];

/** The functions, by their tokens. Each checks its arguments itself. */
export const functionTypes: Readonly<Record<string, AnyFunction>> = Object.fromEntries(
  all.map((each) => [tokenOf(each.name), each as unknown as AnyFunction]),
);
