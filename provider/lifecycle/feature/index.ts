import { withErrorHandling } from "../resource-rules";
import { create } from "./create";
import { deleteFeature } from "./delete";
import { check, diff } from "./plan";
import { plan, preview } from "./preview";
import type { FeatureInputs } from "./properties";
import { read } from "./read";
import { type FeatureState, subjectOf } from "./state";
import { update } from "./update";

/** The rules of a Feature. */
export const feature = withErrorHandling<FeatureInputs, FeatureState>(
  { check, diff, preview, plan, create, read, update, delete: deleteFeature },
  subjectOf,
);
