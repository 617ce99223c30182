export type {
  ActiveEntitlement,
  AttachedFeature,
  GetFeatureArgs,
  GetFeatureResult,
  ListActiveEntitlementsArgs,
  ListActiveEntitlementsResult,
  ListedProduct,
  ListFeaturesArgs,
  ListFeaturesResult,
  ListProductFeaturesArgs,
  ListProductFeaturesResult,
  ListProductsArgs,
  ListProductsResult,
} from "../lookups/types";
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
