import { assertBoolean } from "./arguments";
import type { LookupFunction } from "./function";
import { resultOf } from "./get-feature";
import type { ListFeaturesArgs, ListFeaturesResult } from "./types";

/** The function `listFeatures`. */
export const listFeatures: LookupFunction<ListFeaturesArgs, ListFeaturesResult> = {
  name: "listFeatures",
  check: ({ archived }) => assertBoolean("listFeatures", { archived }),
  answer: async (lookups, { archived = false }) => ({ features: (await lookups.features(archived)).map(resultOf) }),
};
