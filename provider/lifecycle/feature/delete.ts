import { setTimeout as sleep } from "node:timers/promises";
import { isOutcomeUnknown, isRefusal } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/feature";
import type { ProviderContext } from "../context";
import { EntitlementsError } from "../errors";
import { isReplacedByForce, mayAdoptLater, mustKeep } from "../ownership/keep-declared";
import { isOwnMarker, isSameStack } from "../ownership/policy";
import { askBeforeDelete, findFacts, mergeKeepReasons, waitForOthers } from "../run/ask-others";
import { notices } from "../run/log";
import type { AttachedProduct } from "./product-scan";
import { deleteFirst, findPendingSuccessor } from "./replacement";
import { type FeatureState, subjectOf } from "./state";

/**
 * Milliseconds. The engine sends deletes that it starts together one after the other, so a detach
 * may arrive after the feature's delete.
 */
const arrivalPeriod = 200;

/**
 * Archives the feature. Succeeds without archiving it when it is archived already, still declared,
 * or carries another owner's marker.
 *
 * @throws EntitlementsError when something failed in this run, a product still carries the feature,
 * or the resource that declares it did not adopt it
 */
export function deleteFeature(context: ProviderContext, id: string, state: Partial<FeatureState>): Promise<void> {
  return context.archives.track(state.lookupKey, () => archiveOrKeep(context, id, state));
}

async function archiveOrKeep(context: ProviderContext, id: string, state: Partial<FeatureState>): Promise<void> {
  const subject = subjectOf(state, id);
  await context.guard.check(subject, state);
  const deleted = { id, lookupKey: state.lookupKey, owner: state.owner };
  const successor = await findPendingSuccessor(context, subject, deleted);
  if (successor === undefined) return archiveUnlessKept(context, subject, id, state, false);
  // The engine compares nothing where a replacement is forced.
  context.replacements.recordReplaced(id, successor);
  const find = (lookupKey: string) => context.stripe.findActiveFeature(lookupKey);
  await deleteFirst(context, { subject, id, verb: "archived", successor, find }, () =>
    archiveUnlessKept(context, subject, id, state, true),
  );
  context.replacements.recordDeletedFirst(successor.lookupKey);
}

/** @param isFirst whether the engine deletes the feature before it creates the replacement */
async function archiveUnlessKept(
  context: ProviderContext,
  subject: string,
  id: string,
  state: Partial<FeatureState>,
  isFirst: boolean,
): Promise<void> {
  const { guard, lists, failures } = context;
  const find = () => lists.findFeature(id, { listStartedAfter: lists.oldestListForDelete() });
  // The state of an imported feature has no lookup key before a refresh.
  const lookupKey = state.lookupKey ?? (await find())?.lookupKey;
  if (lookupKey !== undefined && (await keepIfDeclared(context, subject, id, { ...state, lookupKey }, find, isFirst)))
    return;
  failures.assertNoFailure(subject);
  const feature = await find();
  // Accepted only if the account of the key was compared: Stripe never deletes a feature (S8).
  if (feature === undefined) return guard.confirmGone(subject, state, async () => false);
  if (!feature.active || (await keepIfOwnedElsewhere(context, subject, feature, state))) return;
  if (state.archiveWhileAttached || context.archiveWhileAttached) {
    context.onceLog.logOnce(notices.archivedWhileAttached);
    await waitForDetaches(context, id);
  } else {
    await assertNotAttached(context, subject, id);
  }
  await archive(context, id);
}

/**
 * Returns true, with a line in the log, if another resource still declares the feature. Its marker
 * is then that resource's.
 */
async function keepIfDeclared(
  context: ProviderContext,
  subject: string,
  id: string,
  state: Partial<FeatureState> & Pick<FeatureState, "lookupKey">,
  find: () => Promise<StripeFeature | undefined>,
  isFirst: boolean,
): Promise<boolean> {
  const { lookupKey, owner } = state;
  const { features } = context.declarations;
  const asked = { kind: "features", key: lookupKey, id, owner, whenQuiet: isFirst } as const;
  const others = await askBeforeDelete(context, subject, asked);
  const reason = mergeKeepReasons(features.findKeepReason(lookupKey, id, owner), others);
  const findActive = async () => {
    const feature = await find();
    return feature?.active ? feature : undefined;
  };
  // The create adopts the feature, also where no marker says that it is the resource's own.
  if (await isReplacedByForce(context, subject, reason, findActive)) {
    context.replacements.recordReplaced(id, { lookupKey, owner });
  }
  if (!mustKeep(context, subject, reason, isFirst && mayAdoptLater(context, reason))) return false;
  // A resource that adopted the feature in this run has written its marker.
  const isAdopted = features.findManagedId(lookupKey) === id;
  if (reason?.why === "moved" && !isAdopted) await correctMarker(context, await find(), reason.to);
  return true;
}

/**
 * Writes the marker of the resource that manages the feature over that of another resource of the
 * stack, which a run that was interrupted while it renamed the resource leaves.
 */
async function correctMarker(
  { stripe, lists }: ProviderContext,
  feature: StripeFeature | undefined,
  owner: string,
): Promise<void> {
  if (!feature?.active || feature.marker === owner || !isSameStack(feature.marker, owner)) return;
  lists.noteFeature(await stripe.writeMarker(feature.id, owner));
}

/**
 * Returns true, with a line in the log, if the feature carries another owner's marker. A resource
 * of this run that declares another lookup key is no owner: a run that was interrupted during a
 * swap leaves its marker.
 */
async function keepIfOwnedElsewhere(
  context: ProviderContext,
  subject: string,
  { marker, lookupKey }: StripeFeature,
  { owner }: Partial<FeatureState>,
): Promise<boolean> {
  const { declarations, log, stackMarkers } = context;
  if (marker === undefined || isOwnMarker(marker, owner, stackMarkers.anyOwner)) return false;
  if (declarations.features.declaresAnother(marker, lookupKey)) return false;
  const others = await findFacts(context, { kind: "features", key: lookupKey, marker });
  if (others.some(({ isMarkerMoved }) => isMarkerMoved)) return false;
  log(`${subject} belongs to ${marker} now, as its metadata says. It is kept.`);
  return true;
}

/**
 * Throws while a product carries the feature, because an archived feature keeps granting access
 * there (S24).
 */
async function assertNotAttached(context: ProviderContext, subject: string, id: string): Promise<void> {
  const attached = await findCarriers(context, id);
  if (attached === undefined) throw tooManyProducts(subject, context.productScan.maxProducts);
  if (attached.length === 0) return;
  const products = attached
    .map(({ product: { id, name } }) => (name === undefined ? id : `${id} "${name}"`))
    .join(", ");
  throw new EntitlementsError(
    `${subject}: not archived, because it is still attached to ${products}, where an archived feature keeps granting access`,
    {
      kind: "stillAttached",
      hint:
        "Detach it there first, or declare these attachments in this stack. If they belong to this stack, run the command " +
        "again with `--continue-on-error`; with --target, add `--target-dependents`; after an import, run `pulumi up` " +
        "first. To archive it while it is attached, set " +
        "archiveWhileAttached: true and run `pulumi up` before the delete, or set " +
        "STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED=true for this run.",
    },
  );
}

/**
 * Returns the products that carry the feature after the detaches of this run. Undefined if there
 * are too many products to scan.
 */
async function findCarriers(context: ProviderContext, id: string): Promise<readonly AttachedProduct[] | undefined> {
  const carriers = await findCarriersAfterDetaches(context, id);
  if (carriers === undefined || carriers.length === 0) return carriers;
  await sleep(arrivalPeriod);
  const after = await findCarriersAfterDetaches(context, id);
  return after && context.productScan.confirm(after);
}

async function findCarriersAfterDetaches(
  context: ProviderContext,
  id: string,
): Promise<readonly AttachedProduct[] | undefined> {
  for (;;) {
    await waitForDetaches(context, id);
    const carriers = await context.productScan.findProductsWith(id);
    // Other detaches may have started while the products were scanned.
    if (!context.detaches.inFlight.has(id)) return carriers;
  }
}

/** Resolves once no detach of the feature is in flight, here or in another process. */
async function waitForDetaches(context: ProviderContext, id: string): Promise<void> {
  await context.detaches.inFlight.waitForThoseOf(id);
  await waitForOthers(context, "isDetaching", { kind: "features", key: "", feature: id });
}

function tooManyProducts(subject: string, limit: number): EntitlementsError {
  const what = `the account has more than ${limit} products, so they are not searched for the feature`;
  return new EntitlementsError(`${subject}: not archived, because ${what}`, {
    kind: "notDeleted",
    hint:
      "To archive it without the search, set archiveWhileAttached: true and run `pulumi up` before the delete, or set " +
      "STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED=true for this run.",
  });
}

/** Archives the feature. After a failed request, succeeds if the feature is archived by now. */
async function archive({ stripe, lists }: ProviderContext, id: string): Promise<void> {
  try {
    lists.noteFeature(await stripe.archiveFeature(id));
  } catch (error) {
    lists.forgetFeatures();
    if (!isRefusal(error) && !isOutcomeUnknown(error)) throw error;
    const current = await stripe.findFeature(id).catch(() => undefined);
    if (current?.active !== false) throw error;
  }
}
