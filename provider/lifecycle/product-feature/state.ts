import type { StripeProductFeature } from "../../stripe/schemas";
import type { AccountAndMode } from "../account/account";
import { isOtherStack, isSameStack } from "../ownership/policy";
import { inputsOf } from "../properties";
import { formatSubject } from "../subject";
import { type ProductFeatureInputs, productFeatureProperties } from "./properties";

/** An attachment as the state holds it. */
export interface ProductFeatureState extends ProductFeatureInputs, AccountAndMode {
  readonly lookupKey: string;
  readonly livemode: boolean;
  /**
   * The feature's marker when it was attached or imported, where that marker was not this stack's.
   * Empty where the feature had none. Absent once the feature has been seen with this stack's
   * marker.
   */
  readonly featureOwner?: string;
}

/** The properties of an attachment that Stripe does not store. */
type StateOnly = Pick<ProductFeatureState, "product" | "owner" | "adopt" | "featureOwner">;

/** Returns the state of an attachment that is new in this stack. */
export function initialState(
  attached: StripeProductFeature,
  inputs: ProductFeatureInputs,
  account: string | undefined,
): ProductFeatureState {
  const { marker } = attached.feature;
  const { owner } = inputs;
  const isForeign = owner === undefined ? marker !== undefined : !isSameStack(marker, owner);
  return stateOf(attached, { ...inputs, ...(isForeign && { featureOwner: marker ?? "" }) }, account);
}

/** Returns the state of an attachment in Stripe. */
export function stateOf(
  attached: StripeProductFeature,
  stateOnly: StateOnly,
  account: string | undefined,
): ProductFeatureState {
  const { id, lookupKey, marker } = attached.feature;
  const { featureOwner, owner } = stateOnly;
  return {
    ...inputsOf<ProductFeatureInputs>(productFeatureProperties, { ...stateOnly, entitlementFeature: id }),
    lookupKey,
    livemode: attached.livemode,
    ...(account !== undefined && { account }),
    ...(featureOwner !== undefined && !isSameStack(marker, owner) && { featureOwner }),
  };
}

/**
 * Returns the marker of another stack that took over the feature after it was attached here.
 * Undefined when none did. Attachments have no marker, so they belong to the stack that owns their
 * feature. A feature that never was this stack's may change hands.
 *
 * @param ownMarker a marker of this stack under its current name, where it is known: the stack may
 * have been renamed
 */
export function findNewOwner(
  { feature: { marker } }: StripeProductFeature,
  { owner, featureOwner }: Partial<ProductFeatureState>,
  ownMarker: string | undefined,
): string | undefined {
  // A stack that writes no markers has none of its own.
  const isForeign = owner === undefined ? marker !== undefined : isOtherStack(marker, owner);
  const isTakenOver = featureOwner === undefined && isForeign && !isSameStack(marker, ownMarker);
  return isTakenOver ? marker : undefined;
}

/** Returns how messages name an attachment. */
export function subjectOf({ product, entitlementFeature, owner }: Partial<ProductFeatureState>, id?: string): string {
  const details = [id ?? entitlementFeature, product === undefined ? undefined : `on ${product}`];
  return formatSubject("ProductFeature", owner, details.filter((detail) => detail !== undefined).join(" "));
}
