import type { StripeFeature } from "../../stripe/feature";
import { assertHasState } from "../account/account";
import type { LocalContext, ProviderContext } from "../context";
import { isForeign } from "../ownership/policy";
import { inputsOf } from "../properties";
import type { ReadResult } from "../resource-rules";
import { type FeatureInputs, featureProperties } from "./properties";
import { type FeatureState, isImported, recordedMarker, stateOf, subjectOf } from "./state";

export async function read(
  context: ProviderContext,
  id: string,
  state: Partial<FeatureState>,
): Promise<ReadResult<FeatureInputs, FeatureState> | undefined> {
  const { guard, lists, log, stackMarkers } = context;
  const subject = subjectOf(state, id);
  // Recorded before the first request: attachments of the feature are read at the same time.
  if (isHeld(context, state)) stackMarkers.recordHeldFeature(id, state.owner);
  // The account and the list are requested at the same time. Nothing is requested by its id before
  // the account is known: a key of another account would ask for every object of the stack.
  const guardCheck = guard.checkForRead(subject, state);
  const [account, feature] = await Promise.all([guardCheck, lists.findFeature(id, { guardCheck })]);
  // Stripe never deletes a feature (S8), so nothing else proves that the key is of the right
  // account.
  if (feature === undefined) await guard.confirmGone(subject, state, async () => false);
  if (!feature?.active) assertHasState(subject, state);
  const loss = feature === undefined ? missing : await findLoss(context, feature, state);
  if (feature === undefined || loss !== undefined) {
    log(`${subject} ${loss}.`);
    return undefined;
  }
  const props = stateOf(feature, state, account ?? state.account);
  // Without the owner, a preview shows that the marker will be written again.
  const { owner, marker } = props;
  const inputs = { ...props, owner: marker === undefined ? owner : undefined };
  return { id, props, inputs: inputsOf(featureProperties, inputs) };
}

const missing = "no longer exists. If it is still declared, `pulumi up` creates it again";

/** Returns why a feature that exists is not the resource's any more. Undefined when it is. */
async function findLoss(
  context: ProviderContext,
  { active, marker }: StripeFeature,
  state: Partial<FeatureState>,
): Promise<string | undefined> {
  if (!active) return findArchiveReason(context, state);
  if (!isHeld(context, state) || !isForeign(marker, state.owner, context.stackMarkers.anyOwner)) return undefined;
  return `was taken over by ${marker}, as its metadata says, and no longer belongs to this stack`;
}

/**
 * Returns what is known about an archive. The state of a replaced feature holds the owner of its
 * replacement. It remains after a run that was killed before it recorded the archive.
 */
async function findArchiveReason({ lists }: ProviderContext, { owner }: Partial<FeatureState>): Promise<string> {
  const active = owner === undefined ? [] : await lists.activeFeatures();
  const successor = active.find(({ marker }) => marker === owner);
  if (successor === undefined) return archivedOutside;
  const { id, lookupKey } = successor;
  return `is archived. ${id}, lookup key "${lookupKey}", carries the marker of this resource now`;
}

const archivedOutside =
  "was archived outside Pulumi, which is permanent. If it is still declared, `pulumi up` creates a new feature with " +
  "the same lookup key and moves the attachments to it. If an attachment has `protect`, run `pulumi state unprotect` " +
  "with its URN first";

/**
 * Whether the state holds the feature as one of this stack. One that was imported or read by
 * `.get()` belongs to the stack that its marker names, now or later. With `ownership: none`, the
 * state of a `.get()` looks like that of a declared feature.
 */
function isHeld({ ownership, stackMarkers }: LocalContext, state: Partial<FeatureState>): boolean {
  // Where a stack writes markers, each feature that it declares has an owner.
  const isDeclared = !isImported(state) && (state.owner !== undefined || ownership === "none");
  return isDeclared && !isForeign(recordedMarker(state), state.owner, stackMarkers.anyOwner);
}
