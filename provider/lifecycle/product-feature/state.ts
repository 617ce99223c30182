import type { StripeProductFeature } from "../../stripe/schemas";
import type { AccountAndMode } from "../account/guard";
import { fromWire } from "../metadata";
import { type AdoptionPolicy, isOfOtherStack, isOfSameStack } from "../ownership/policy";

/** A feature's attachment to a product, as declared. */
export interface ProductFeatureInputs {
  /** `prod_…`, or the id that the product was given. */
  readonly product: string;
  /** `feat_…`. */
  readonly entitlementFeature: string;
  /** `<project>/<stack>/<resource name>`; absent where the stack writes no marker. */
  readonly owner?: string;
  readonly adopt?: AdoptionPolicy;
}

/** An attachment as kept in the state. */
export interface ProductFeatureState extends ProductFeatureInputs, AccountAndMode {
  readonly lookupKey: string;
  readonly livemode: boolean;
  /**
   * The marker of the feature when it was attached or imported, where it was not one of this stack; empty where there was none. Absent once the feature
   * has been seen to be this stack's.
   */
  readonly featureOwner?: string;
}

/** What Stripe does not keep of an attachment. */
type Kept = Pick<ProductFeatureState, "product" | "owner" | "adopt" | "featureOwner">;

/** The state of an attachment that is new here. */
export function firstStateOf(
  attached: StripeProductFeature,
  kept: ProductFeatureInputs,
  account: string | undefined,
): ProductFeatureState {
  const marker = markerOf(attached);
  const isOthers = kept.owner === undefined ? marker !== undefined : !isOfSameStack(marker, kept.owner);
  return stateOf(attached, { ...kept, ...(isOthers && { featureOwner: marker ?? "" }) }, account);
}

/** The state of an attachment as Stripe has it. */
export function stateOf(attached: StripeProductFeature, kept: Kept, account: string | undefined): ProductFeatureState {
  const isOwn = isOfSameStack(markerOf(attached), kept.owner);
  return {
    ...inputsOf({ ...kept, entitlementFeature: attached.entitlement_feature.id }),
    lookupKey: attached.entitlement_feature.lookup_key,
    livemode: attached.livemode,
    ...(account !== undefined && { account }),
    ...(kept.featureOwner !== undefined && !isOwn && { featureOwner: kept.featureOwner }),
  };
}

/**
 * The marker of the stack that has taken the feature over since it was attached here; undefined when none has. That stack has taken over
 * the attachments with it, which carry no marker of their own. A feature that never was this stack's may change hands.
 *
 * @param own a marker of the stack as it is called now, where that is known: a stack may have been renamed
 */
export function takenOverBy(
  attached: StripeProductFeature,
  { owner, featureOwner }: Partial<ProductFeatureState>,
  own: string | undefined,
): string | undefined {
  const marker = markerOf(attached);
  // A stack that writes no markers knows none of its own.
  const isOthers = owner === undefined ? marker !== undefined : isOfOtherStack(marker, owner);
  const isTaken = featureOwner === undefined && isOthers && !isOfSameStack(marker, own);
  return isTaken ? marker : undefined;
}

function markerOf({ entitlement_feature }: StripeProductFeature): string | undefined {
  return fromWire(entitlement_feature.metadata).owner;
}

/** The inputs that would declare the attachment as it is. */
export function inputsOf({ product, entitlementFeature, owner, adopt }: ProductFeatureInputs): ProductFeatureInputs {
  return { product, entitlementFeature, ...(owner !== undefined && { owner }), ...(adopt !== undefined && { adopt }) };
}

/** What can exist once only: the pair. */
export function identityOf({
  product,
  entitlementFeature,
}: Pick<ProductFeatureInputs, "product" | "entitlementFeature">): string {
  return `attachment ${product} ${entitlementFeature}`;
}

/** How messages name the attachment. */
export function subjectOf(id: string, { product, lookupKey }: Partial<ProductFeatureState>): string {
  const feature = lookupKey === undefined ? "" : ` of feature "${lookupKey}"`;
  return `ProductFeature ${id}${feature}${product === undefined ? "" : ` on ${product}`}`;
}
