export { Feature, type FeatureArgs } from "./feature";
export type { AdoptionPolicy } from "./lifecycle/ownership";
export { ProductFeature, type ProductFeatureArgs } from "./product-feature";
