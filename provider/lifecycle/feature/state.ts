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
}

/** Returns the state of a feature in Stripe. `inputs` gives what only the state holds. */
export function stateOf(
  feature: StripeFeature,
  inputs: Partial<FeatureInputs>,
  account: string | undefined,
): FeatureState {
  return {
    ...storedValues(featureProperties, feature),
    ...stateOnlyValues(featureProperties, inputs),
    active: feature.active,
    livemode: feature.livemode,
    ...(account !== undefined && { account }),
  } as FeatureState;
}

/** Returns how messages name a feature. */
export function subjectOf({ lookupKey, owner }: Partial<FeatureInputs>, id?: string): string {
  const key = typeof lookupKey === "string" ? `lookup key "${lookupKey}"` : undefined;
  return formatSubject("Feature", owner, [id, key].filter((detail) => detail !== undefined).join(", "));
}
