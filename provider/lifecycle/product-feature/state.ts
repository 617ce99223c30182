import type { StripeProductFeature } from "../../stripe/schemas";
import type { AccountAndMode } from "../account/account";
import { isForeign, isSameStack } from "../ownership/policy";
import { inputsOf } from "../properties";
import { formatSubject } from "../subject";
import { type ProductFeatureInputs, productFeatureProperties } from "./properties";

/** An attachment as the state holds it. */
export interface ProductFeatureState extends ProductFeatureInputs, AccountAndMode {
  readonly lookupKey: string;
  readonly livemode: boolean;
  /**
   * The owner of the feature when it was attached, imported or moved here, where that was not this
   * stack. Empty where the feature had no marker. Absent once the feature has been seen with this
   * stack's marker.
   */
  readonly featureOwner?: string;
  /**
   * The marker of another stack that has the feature since, while this stack's state does not hold
   * the feature: it was moved there, or taken over. A delete leaves the attachment alone. An `up`
   * whose program does not declare the feature makes it `featureOwner`.
   */
  readonly newFeatureOwner?: string;
}

/** The properties of an attachment that Stripe does not store. */
type StateOnly = Pick<ProductFeatureState, "product" | "owner" | "adopt" | "featureOwner" | "newFeatureOwner">;

/**
 * Whether Stripe's attachment has never been read: the state is from an import, or a `.get()` has
 * none.
 */
export function isFirstRead({ livemode }: Partial<ProductFeatureState>): boolean {
  return livemode === undefined;
}

/** Returns the state of an attachment that is new in this stack. */
export function initialState(
  attached: StripeProductFeature,
  inputs: ProductFeatureInputs,
  account: string | undefined,
): ProductFeatureState {
  const { marker } = attached.feature;
  return stateOf(attached, { ...inputs, featureOwner: marker ?? "" }, account);
}

/** Returns the state of an attachment in Stripe. */
export function stateOf(
  attached: StripeProductFeature,
  stateOnly: StateOnly,
  account: string | undefined,
): ProductFeatureState {
  const { id, lookupKey, marker } = attached.feature;
  const { featureOwner, newFeatureOwner, owner } = stateOnly;
  return {
    ...inputsOf<ProductFeatureInputs>(productFeatureProperties, { ...stateOnly, entitlementFeature: id }),
    lookupKey,
    livemode: attached.livemode,
    ...(account !== undefined && { account }),
    ...(featureOwner !== undefined && !isOwn(marker, owner) && { featureOwner }),
    ...(newFeatureOwner !== undefined && { newFeatureOwner }),
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
  { feature }: StripeProductFeature,
  { owner, featureOwner, newFeatureOwner }: Partial<ProductFeatureState>,
  ownMarker: string | undefined,
): string | undefined {
  // Only to a stack that writes no markers, a feature without one may have come back.
  const marker = feature.marker ?? (owner === undefined ? undefined : newFeatureOwner);
  const isTakenOver = featureOwner === undefined && isForeign(marker, owner, ownMarker);
  return isTakenOver ? marker : undefined;
}

/** Returns how messages name an attachment. */
export function subjectOf({ product, entitlementFeature, owner }: Partial<ProductFeatureState>, id?: string): string {
  const details = [id ?? entitlementFeature, product === undefined ? undefined : `on ${product}`];
  return formatSubject("ProductFeature", owner, details.filter((detail) => detail !== undefined).join(" "));
}

/** Whether a feature of the stack of `owner` carries the marker. */
export function isOwn(marker: string | undefined, owner: string | undefined): boolean {
  return owner === undefined ? marker === undefined : isSameStack(marker, owner);
}
