import type { StripeFeature } from "../../stripe/feature";
import type { Metadata } from "../../stripe/metadata";
import type { AccountAndMode } from "../account/account";
import { stateOnlyValues, storedValues } from "../properties";
import { formatSubject } from "../subject";
import { type FeatureInputs, featureProperties } from "./properties";

/** A feature as the state holds it. */
export interface FeatureState extends FeatureInputs, AccountAndMode {
  readonly metadata: Metadata;
  readonly active: boolean;
  readonly livemode: boolean;
  /**
   * The feature's marker in Stripe, where it is not `owner`. Empty where the feature has none.
   * `owner` is the resource, whatever Stripe holds.
   */
  readonly marker?: string;
}

/** Returns the state of a feature in Stripe. `inputs` gives what only the state holds. */
export function stateOf(
  feature: StripeFeature,
  inputs: Partial<FeatureInputs>,
  account: string | undefined,
): FeatureState {
  const { owner } = inputs;
  return {
    // Somebody else may have written the marker, so it never becomes the owner.
    ...storedValues(featureProperties, { ...feature, marker: owner }),
    ...stateOnlyValues(featureProperties, inputs),
    active: feature.active,
    livemode: feature.livemode,
    ...(account !== undefined && { account }),
    ...(feature.marker !== owner && { marker: feature.marker ?? "" }),
  } as FeatureState;
}

/**
 * Whether the feature was imported, or is read by `.get()`, and this stack has not read it before.
 */
export function isImported({ livemode }: Partial<FeatureState>): boolean {
  return livemode === undefined;
}

/** Returns the feature's marker in Stripe, as the state last saw it. */
export function recordedMarker({ owner, marker = owner }: Partial<FeatureState>): string | undefined {
  return marker || undefined;
}

/** Returns the state of the resource that the recorded marker names. */
export function withRecordedOwner(state: FeatureState): FeatureState {
  const { owner: _, marker: __, ...rest } = state;
  const owner = recordedMarker(state);
  return { ...rest, ...(owner !== undefined && { owner }) };
}

/** Returns how messages name a feature. */
export function subjectOf({ lookupKey, owner }: Partial<FeatureInputs>, id?: string): string {
  const key = typeof lookupKey === "string" ? `lookup key "${lookupKey}"` : undefined;
  return formatSubject("Feature", owner, [id, key].filter((detail) => detail !== undefined).join(", "));
}
