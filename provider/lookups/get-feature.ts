import type { StripeFeature } from "../stripe/feature";
import { assertOne } from "./arguments";
import type { LookupFunction } from "./function";

/** Names one feature: an active one by its lookup key, or any by its id. */
export type GetFeatureArgs =
  | { readonly lookupKey: string; readonly id?: undefined }
  | { readonly lookupKey?: undefined; readonly id: string };

/** A feature in Stripe. */
export interface GetFeatureResult {
  /** `feat_…` */
  readonly id: string;
  readonly lookupKey: string;
  readonly name: string;
  /** The metadata without the entry `pulumi_owner`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** False for an archived feature. */
  readonly active: boolean;
  /** Whether the feature is in live mode. */
  readonly livemode: boolean;
  /**
   * The resource that manages the feature, `<project>/<stack>/<resource name>`, as its metadata
   * says. Absent when the metadata has no such entry.
   */
  readonly owner?: string;
}

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
