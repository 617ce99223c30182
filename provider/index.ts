export * from "./functions";
export { type EntitlementsError, type EntitlementsErrorKind, isEntitlementsError } from "./lifecycle/errors";
export type { AdoptionPolicy } from "./lifecycle/ownership/policy";
export {
  type CatalogAttachments,
  type CatalogFeatures,
  type CatalogProducts,
  EntitlementCatalog,
  type EntitlementCatalogArgs,
} from "./resources/entitlement-catalog";
export { Feature, type FeatureArgs } from "./resources/feature";
export { ProductFeature, type ProductFeatureArgs } from "./resources/product-feature";
export type { StripeErrorKind } from "./stripe/errors";
