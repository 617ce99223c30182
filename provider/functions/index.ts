export {
  type GetFeatureArgs,
  type GetFeatureOutputArgs,
  type GetFeatureResult,
  getFeature,
  getFeatureOutput,
} from "./get-feature";
export {
  type ActiveEntitlement,
  type ListActiveEntitlementsArgs,
  type ListActiveEntitlementsOutputArgs,
  type ListActiveEntitlementsResult,
  listActiveEntitlements,
  listActiveEntitlementsOutput,
} from "./list-active-entitlements";
export {
  type ListFeaturesArgs,
  type ListFeaturesOutputArgs,
  type ListFeaturesResult,
  listFeatures,
  listFeaturesOutput,
} from "./list-features";
export {
  type AttachedFeature,
  type ListProductFeaturesArgs,
  type ListProductFeaturesOutputArgs,
  type ListProductFeaturesResult,
  listProductFeatures,
  listProductFeaturesOutput,
} from "./list-product-features";
export {
  type ListedProduct,
  type ListProductsArgs,
  type ListProductsOutputArgs,
  type ListProductsResult,
  listProducts,
  listProductsOutput,
} from "./list-products";
