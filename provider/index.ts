export {
  type CatalogAttachments,
  type CatalogFeatures,
  type CatalogProducts,
  EntitlementCatalog,
  type EntitlementCatalogArgs,
} from "./resources/entitlement-catalog";
export { Feature, type FeatureArgs } from "./resources/feature";
export * from "./functions";
export type { AdoptionPolicy } from "./lifecycle/ownership/policy";
export { ProductFeature, type ProductFeatureArgs } from "./resources/product-feature";
