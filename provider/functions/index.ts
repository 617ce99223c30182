export type { GetFeatureArgs, GetFeatureResult } from "../lookups/get-feature";
export type {
  ActiveEntitlement,
  ListActiveEntitlementsArgs,
  ListActiveEntitlementsResult,
} from "../lookups/list-active-entitlements";
export type { ListFeaturesArgs, ListFeaturesResult } from "../lookups/list-features";
export type {
  AttachedFeature,
  ListProductFeaturesArgs,
  ListProductFeaturesResult,
} from "../lookups/list-product-features";
export type { ListedProduct, ListProductsArgs, ListProductsResult } from "../lookups/list-products";
export { type GetFeatureOutputArgs, getFeature, getFeatureOutput } from "./get-feature";
export {
  type ListActiveEntitlementsOutputArgs,
  listActiveEntitlements,
  listActiveEntitlementsOutput,
} from "./list-active-entitlements";
export { type ListFeaturesOutputArgs, listFeatures, listFeaturesOutput } from "./list-features";
export {
  type ListProductFeaturesOutputArgs,
  listProductFeatures,
  listProductFeaturesOutput,
} from "./list-product-features";
export { type ListProductsOutputArgs, listProducts, listProductsOutput } from "./list-products";
