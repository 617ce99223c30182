import { type EntitlementsError, isEntitlementsError } from "../../provider/lifecycle/errors";
import { isSameStack } from "../../provider/lifecycle/ownership/policy";
import { withMarker } from "../../provider/stripe/metadata";
import { isAllowed, isForeign, mayAdopt, policyOf } from "./markers";
import { attachmentUrn, featureUrn, lookupKeyOf, markerFor } from "./program";
import { isUnread } from "./resource";
import { activeWithKey, isGone, markerOf } from "./server-view";
import type { Transition } from "./transition";

/** How a run was, as far as errors depend on it. */
export interface Circumstances {
  /** Whether the account may have changed without a refresh since. */
  readonly isStale: boolean;
  /** Whether detaches may have waited for a worker until the feature's delete had failed. */
  readonly mayQueueDeletes: boolean;
  /** Whether a replacement was forced. */
  readonly isForced: boolean;
}

/** An error of the provider is justified only if the account is as the error says. */
export function unjustifiedErrors(
  errors: readonly unknown[],
  transition: Transition,
  circumstances: Circumstances,
): string[] {
  return errors
    .filter(isEntitlementsError)
    .filter((error, _, { length }) => !(length > 1 && error.kind === "notDeleted"))
    .filter((error) => !isJustified(error, transition, circumstances))
    .map(({ message }) => `unjustified error: ${message}`);
}

function isJustified(error: EntitlementsError, transition: Transition, circumstances: Circumstances): boolean {
  const { message } = error;
  if (isImportRejected(message, transition)) return true;
  switch (error.kind) {
    case "archived":
      return circumstances.isStale || isArchivedByLiteralId(message, transition);
    case "notDeleted":
      // A forced replacement that deletes first: of a resource that was moved here and never
      // updated, or of one that may adopt nothing.
      if (circumstances.isForced && /declares it too|adopt: "never" forbids/.test(message)) return true;
      if (circumstances.isForced && isOfOtherStack(message, transition, circumstances)) return true;
      return isLookupKeyTaken(message, transition) || isKeyUnknown(message, transition);
    case "alreadyExists":
      if (isOfOtherStack(message, transition, circumstances)) return true;
      return message.startsWith("ProductFeature")
        ? isPairTaken(message, transition) || isLookupKeyTaken(message, transition)
        : isLookupKeyTaken(message, transition);
    case "stillAttached":
      return circumstances.mayQueueDeletes || isAttached(message, transition);
    case "missing":
    case "wrongMode":
      return isProductMissing(message, transition);
    default:
      return false;
  }
}

/** Whether a feature that is deleted first has a key that depends on another one that is. */
function isKeyUnknown(message: string, { program }: Transition): boolean {
  const dependsOnOther = program.features.some(({ keyFrom }) => keyFrom !== undefined);
  return dependsOnOther && message.includes("the new lookup key is not known before another resource is replaced");
}

function isProductMissing(message: string, { after }: Transition): boolean {
  const product = /: product (\S+) does not exist|on ([^)\s]+)\): /.exec(message)?.slice(1).find(Boolean);
  return product !== undefined && ![...after.attachments.values()].some((each) => each.product === product);
}

/**
 * Whether the message names an imported object that nothing has read yet, and that is gone, or is
 * not the one that the program declares.
 */
function isImportRejected(message: string, { stateBefore, program, after }: Transition): boolean {
  const row = stateBefore.find((each) => isUnread(each) && message.includes(each.id));
  if (row === undefined || isGone(after, row.id)) return row !== undefined;
  const keyOf = (id: string) => after.features.get(id)?.lookup_key ?? after.attachments.get(id)?.feature.lookup_key;
  const declaredKey = [
    ...program.features.filter((each) => featureUrn(each) === row.urn).map(({ lookupKey }) => lookupKey),
    ...program.attachments.filter((each) => attachmentUrn(each) === row.urn).map((each) => lookupKeyOf(program, each)),
  ][0];
  return declaredKey !== undefined && declaredKey !== keyOf(row.id);
}

/**
 * Whether the message names a resource of the state and the marker of another stack on its feature,
 * and the declaration may not take it over. The state may be out of date without a refresh, which
 * does not read a resource that was deleted and is to be created again.
 */
function isOfOtherStack(
  message: string,
  { settings, program, stateBefore, after }: Transition,
  { isStale }: Circumstances,
): boolean {
  const marker = /marker (?:is|of another stack,) (\S+)$/.exec(message)?.[1];
  const row = stateBefore.find(({ id }) => message.includes(id));
  if (row === undefined || marker === undefined) return false;
  if (!isForeign(settings, { metadata: withMarker({ metadata: {}, marker }) })) return false;
  const feature = after.features.get(row.id) ?? after.attachments.get(row.id)?.feature;
  const isRecorded = row.outputs["marker"] === marker && (isStale || row.isPendingReplacement);
  const declared = [
    ...program.features.filter((each) => [featureUrn(each), ...each.aliases].includes(row.urn)),
    ...program.attachments.filter((each) => [attachmentUrn(each), ...each.aliases].includes(row.urn)),
  ][0];
  const isCarried = feature !== undefined && markerOf(feature) === marker;
  return (isRecorded || isCarried) && declared !== undefined && policyOf(declared, settings) !== "any";
}

function isAttached(message: string, { after }: Transition): boolean {
  const id = /^Feature [^(]*\((feat_[^,)]+)/.exec(message)?.[1];
  return [...after.attachments.values()].some(({ feature }) => feature.id === id);
}

/** Whether the message is about an attachment whose program names an archived feature by its id. */
function isArchivedByLiteralId(message: string, { program, after }: Transition): boolean {
  return program.attachments.some(
    ({ feature }) =>
      "id" in feature && message.includes(feature.id) && after.features.get(feature.id)?.active === false,
  );
}

/** Whether a lookup key in the message has a feature that its resource may not have. */
function isLookupKeyTaken(message: string, { settings, program, after }: Transition): boolean {
  const keys = [...message.matchAll(/"(key-\d)"/g)].map(([, key]) => key);
  return program.features.some((declared) => {
    const existing = keys.includes(declared.lookupKey) ? activeWithKey(after, declared.lookupKey) : undefined;
    return existing !== undefined && !mayAdopt(settings, declared, markerOf(existing));
  });
}

/** Whether the pair in the message is declared by a resource that may not adopt it. */
function isPairTaken(message: string, { settings, program, after }: Transition): boolean {
  const key = /the feature "([^"]+)"/.exec(message)?.[1];
  return program.attachments.some((declared) => {
    if (lookupKeyOf(program, declared) !== key || !message.includes(declared.product)) return false;
    const feature = "id" in declared.feature ? after.features.get(declared.feature.id) : activeWithKey(after, key);
    const marker = feature && markerOf(feature);
    const isOwn = isSameStack(marker, markerFor(settings, declared)) && !isForeign(settings, feature);
    return !isAllowed(policyOf(declared, settings), marker, isOwn);
  });
}
