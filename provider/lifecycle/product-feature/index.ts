import { withErrorHandling } from "../resource-rules";
import { create } from "./create";
import { deleteProductFeature } from "./delete";
import { check, diff } from "./plan";
import { plan, preview } from "./preview";
import type { ProductFeatureInputs } from "./properties";
import { read } from "./read";
import { type ProductFeatureState, subjectOf } from "./state";
import { update } from "./update";

/** The rules of a ProductFeature. */
export const productFeature = withErrorHandling<ProductFeatureInputs, ProductFeatureState>(
  { check, diff, preview, plan, create, read, update, delete: deleteProductFeature },
  subjectOf,
);
