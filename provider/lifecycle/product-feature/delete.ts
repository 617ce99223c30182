import type { StripeProductFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import { deleteFirst, findPendingSuccessor } from "../feature/replacement";
import { isReplacedByForce, mayAdoptLater, mustKeep } from "../ownership/keep-declared";
import { isForeign } from "../ownership/policy";
import { askBeforeDelete, mergeKeepReasons } from "../run/ask-others";
import { askedAttachment, attachmentKey } from "./properties";
import { findProductFeature, findsFeature } from "./read";
import { findNewOwner, type ProductFeatureState, subjectOf } from "./state";

/** The state that a delete needs. An imported attachment has no more before a refresh. */
type KnownState = Partial<ProductFeatureState> & Pick<ProductFeatureState, "product">;

/**
 * Detaches the feature. Succeeds without a request when the attachment is gone already, still
 * declared, or belongs to the stack that took over its feature.
 *
 * @throws EntitlementsError when something failed in this run, or the resource that declares the
 * attachment did not adopt it
 */
export function deleteProductFeature(context: ProviderContext, id: string, state: KnownState): Promise<void> {
  return context.detaches.inFlight.track(state.entitlementFeature, () => detachUnlessKept(context, id, state));
}

async function detachUnlessKept(context: ProviderContext, id: string, state: KnownState): Promise<void> {
  const { guard, lists, log, failures, productScan, stackMarkers } = context;
  const subject = subjectOf(state, id);
  await guard.check(subject, state);
  const find = () =>
    findProductFeature(context, state.product, id, state, { listStartedAfter: lists.oldestListForDelete() });
  const entitlementFeature = state.entitlementFeature ?? (await find())?.feature.id;
  if (entitlementFeature !== undefined) {
    if (await keepIfDeclared(context, subject, id, { ...state, entitlementFeature }, find)) return;
  }
  failures.assertNoFailure(subject);
  const attached = await find();
  if (attached === undefined) {
    await guard.confirmGone(subject, state, () => findsFeature(context, state));
  } else {
    const newOwner = findNewOwner(attached, state, stackMarkers.anyOwner);
    if (newOwner !== undefined) {
      return log(`${subject} belongs to ${newOwner} now, as its feature's metadata says. It is kept.`);
    }
    await detachIfReplaceable(context, subject, attached, () => detach(context, subject, id, state));
    context.detaches.recordDetached(attached.feature.id, state.product);
  }
  productScan.noteDetached(id);
}

async function keepIfDeclared(
  context: ProviderContext,
  subject: string,
  id: string,
  state: KnownState & Pick<ProductFeatureState, "entitlementFeature">,
  find: () => Promise<StripeProductFeature | undefined>,
): Promise<boolean> {
  const isFirst = isDeletedBeforeReplaced(context, id);
  // Another resource may declare the old pair.
  if (isFirst) await context.programActivity.waitUntilQuiet();
  const asked = { ...askedAttachment(state, id), whenQuiet: isFirst };
  const others = await askBeforeDelete(context, subject, asked);
  const own = context.declarations.productFeatures.findKeepReason(attachmentKey(state), id, state.owner);
  const reason = mergeKeepReasons(own, others);
  // The resource that declares the pair does not adopt the attachment of another stack's feature.
  const isYetToAdopt =
    isFirst && mayAdoptLater(context, reason) && !isForeign((await find())?.feature.marker, reason.by);
  // The create adopts the attachment, also where no marker says that it is this stack's.
  if (await isReplacedByForce(context, subject, reason, async () => (await find())?.feature)) {
    context.replacements.recordReplacedPair(id, attachmentKey(state));
  }
  return mustKeep(context, subject, reason, isYetToAdopt);
}

/** Whether the engine deletes the attachment before it creates the one that replaces it. */
function isDeletedBeforeReplaced({ replacements, declarations }: ProviderContext, id: string): boolean {
  const { productFeatures } = declarations;
  const pair = replacements.findReplacementPair(id);
  if (pair === undefined) return false;
  // A pair whose feature is not known yet is declared after the delete.
  return !productFeatures.isDeclared(pair) || productFeatures.isPending(pair);
}

/**
 * Detaches the feature. If the engine does that in order to replace the feature, it must be certain
 * that the replacement can be created.
 */
async function detachIfReplaceable(
  context: ProviderContext,
  subject: string,
  { feature: { id, lookupKey, marker: owner } }: StripeProductFeature,
  run: () => Promise<void>,
): Promise<void> {
  const successor = await findPendingSuccessor(context, subject, { id, lookupKey, owner });
  if (successor === undefined) return run();
  // All attachments of the feature ask for the same key.
  const find = (key: string) => context.replacements.shareLookup(key, () => context.stripe.findActiveFeature(key));
  await deleteFirst(context, { subject, id, verb: "detached", successor, find }, run);
}

async function detach(context: ProviderContext, subject: string, id: string, state: KnownState): Promise<void> {
  const { stripe, lists, guard } = context;
  try {
    await stripe.detachFeature(state.product, id);
    lists.noteDetached(state.product, id);
  } catch (error) {
    lists.forgetProductFeatures(state.product);
    if (!guard.isGoneError(error, state)) throw error;
    await guard.confirmGone(subject, state, () => findsFeature(context, state));
  }
}
