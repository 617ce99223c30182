import { assertBoolean } from "./arguments";
import type { LookupFunction } from "./function";
import { type GetFeatureResult, resultOf } from "./get-feature";

/** The arguments of {@link listFeatures}. */
export interface ListFeaturesArgs {
  /** `true` lists the archived features instead of the active ones. Default: false. */
  readonly archived?: boolean | undefined;
}

/** The result of {@link listFeatures}. */
export interface ListFeaturesResult {
  /** In Stripe's order. */
  readonly features: readonly GetFeatureResult[];
}

/** The function `listFeatures`. */
export const listFeatures: LookupFunction<ListFeaturesArgs, ListFeaturesResult> = {
  name: "listFeatures",
  check: ({ archived }) => assertBoolean("listFeatures", { archived }),
  answer: async (lookups, { archived = false }) => ({ features: (await lookups.features(archived)).map(resultOf) }),
};
