import type { StripeFeature } from "../stripe/feature";
import { assertOne } from "./arguments";
import type { LookupFunction } from "./function";
import type { GetFeatureArgs, GetFeatureResult } from "./types";

/** The function `getFeature`. */
export const getFeature: LookupFunction<GetFeatureArgs, GetFeatureResult> = {
  name: "getFeature",
  check: ({ lookupKey, id }) => assertOne("getFeature", { lookupKey, id }),
  answer: async (lookups, { lookupKey, id }) =>
    resultOf(lookupKey === undefined ? await lookups.featureById(id) : await lookups.featureByLookupKey(lookupKey)),
};

/**
 * Returns the feature with its marker as the owner.
 *
 * @internal
 */
export function resultOf({ marker, metadata, ...feature }: StripeFeature): GetFeatureResult {
  return { ...feature, metadata: { ...metadata }, ...(marker !== undefined && { owner: marker }) };
}
