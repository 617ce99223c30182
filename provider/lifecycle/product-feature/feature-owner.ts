import type { StripeProductFeature } from "../../stripe/schemas";
import type { LocalContext, ProviderContext } from "../context";
import { isSameStack } from "../ownership/policy";
import { findFacts } from "../run/ask-others";
import type { ProductFeatureInputs } from "./properties";
import { initialState, type ProductFeatureState } from "./state";

/** The part of the state about the owner of a feature that is not this stack's. */
type FeatureOwner = Pick<ProductFeatureState, "featureOwner" | "newFeatureOwner">;

/**
 * Returns the state of an attachment that is new in this stack, created or imported. A feature that
 * the program declares is this stack's, or will be when its resource adopts it.
 */
export async function newState(
  context: ProviderContext,
  attached: StripeProductFeature,
  inputs: ProductFeatureInputs,
  account: string | undefined,
): Promise<ProductFeatureState> {
  const { featureOwner, ...state } = initialState(attached, inputs, account);
  if (featureOwner === undefined) return state;
  const isOwn = inputs.owner !== undefined && (await isFeatureDeclared(context, state));
  return isOwn ? state : { ...state, featureOwner };
}

/**
 * Returns what the state of an attachment records about the owner of its feature after an update
 * that declares `owner`.
 */
export async function featureOwnerAfterUpdate(
  context: ProviderContext,
  olds: ProductFeatureState,
  { owner }: ProductFeatureInputs,
): Promise<FeatureOwner> {
  const { featureOwner, newFeatureOwner } = olds;
  const recorded = featureOwner ?? newFeatureOwner ?? previousOwner(olds, owner);
  const isOwned = () => context.stackMarkers.isOwnedFeature(olds.entitlementFeature);
  if (recorded === undefined || isSameStack(recorded, owner) || isOwned()) return {};
  await isDeclaredElsewhere(context, olds);
  if (isOwned()) return {};
  if (featureOwner !== undefined) return { featureOwner };
  if (!(await isFeatureDeclared(context, olds))) return { featureOwner: recorded };
  // The resource of the feature may not get it back.
  return newFeatureOwner === undefined || isOwned() ? {} : { newFeatureOwner };
}

/**
 * Returns the attachment with the marker that its feature has or will have. The list of the product
 * may be older than the marker that this run has written.
 */
export function withCurrentMarker(
  { stackMarkers }: LocalContext,
  attached: StripeProductFeature,
  { owner, entitlementFeature }: ProductFeatureInputs,
): StripeProductFeature {
  if (owner === undefined || !stackMarkers.isOwnedFeature(entitlementFeature)) return attached;
  return { ...attached, feature: { ...attached.feature, marker: owner } };
}

/**
 * Returns the owner of the feature before `pulumi state move` brought the attachment here: the
 * stack that it comes from. Undefined if it was here before.
 */
function previousOwner({ owner: old }: ProductFeatureState, owner: string | undefined): string | undefined {
  return old === owner || isSameStack(old, owner) ? undefined : (old ?? "");
}

/**
 * Whether the program declares the attached feature. Waits until the program is quiet before it
 * returns false: with a literal id, the engine may send an attachment before its feature.
 */
async function isFeatureDeclared(context: ProviderContext, state: ProductFeatureState): Promise<boolean> {
  const { stackMarkers, declarations, programActivity } = context;
  const { entitlementFeature, lookupKey } = state;
  const isDeclared = () =>
    stackMarkers.isOwnedFeature(entitlementFeature) || declarations.features.mayHave(lookupKey, entitlementFeature);
  await programActivity.waitUntilQuiet(isDeclared);
  return isDeclared() || isDeclaredElsewhere(context, state);
}

/** Whether another process of the run declares the feature. Records that its resource owns it. */
async function isDeclaredElsewhere(
  context: ProviderContext,
  { entitlementFeature: id, lookupKey: key }: ProductFeatureState,
): Promise<boolean> {
  const asked = { kind: "features", key, id, feature: id, whenQuiet: true } as const;
  const others = await findFacts(context, asked);
  if (others.some(({ isOwnedFeature }) => isOwnedFeature)) context.stackMarkers.recordOwnedFeature(id);
  return others.some(({ isOwnedFeature, mayHave }) => isOwnedFeature || mayHave);
}
