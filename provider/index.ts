export {
  type CatalogAttachments,
  type CatalogFeatures,
  type CatalogProducts,
  EntitlementCatalog,
  type EntitlementCatalogArgs,
} from "./entitlement-catalog";
export { Feature, type FeatureArgs } from "./feature";
export * from "./functions";
export type { AdoptionPolicy } from "./lifecycle/ownership";
export { ProductFeature, type ProductFeatureArgs } from "./product-feature";
