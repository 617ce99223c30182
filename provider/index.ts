export { Feature, type FeatureArgs } from "./feature";
export { ProductFeature, type ProductFeatureArgs } from "./product-feature";
