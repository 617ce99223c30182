import { isDeepStrictEqual } from "node:util";
import { isEntitlementsError } from "../../provider/lifecycle/errors";
import { withMarker } from "../../provider/stripe/metadata";
import { CheckRejected } from "./engine";
import { isForeign } from "./markers";
import {
  attachmentUrn,
  type DeclaredAttachment,
  type DeclaredFeature,
  featureUrn,
  findFeature,
  markerFor,
  type StackSettings,
} from "./program";
import { findCurrent, isUnread, type Resource } from "./resource";
import { markerOf, type ServerView } from "./server-view";
import type { Transition } from "./transition";

/** Every error is an EntitlementsError, and a valid program passes the check. */
export function malformedErrors(errors: readonly unknown[]): string[] {
  return errors
    .filter((error) => !isEntitlementsError(error))
    .map((error) =>
      error instanceof CheckRejected
        ? `a valid program was rejected: ${error.message}`
        : `not an EntitlementsError: ${error instanceof Error ? error.stack : error}`,
    );
}

/** The account has exactly what the program declares. */
export function differences(transition: Transition): string[] {
  const { settings, program, state, after } = transition;
  return [
    ...program.features.flatMap((declared) =>
      featureDifferences(settings, declared, findCurrent(state, featureUrn(declared)), after),
    ),
    ...program.attachments
      .filter((declared) => !isAttachedAsDeclared(transition, declared))
      .map((declared) => `${attachmentUrn(declared)} is not attached as declared`),
    ...state.filter((each) => each.isPendingDelete).map(({ urn }) => `${urn} is still to be deleted`),
    ...state.filter((each) => each.isPendingReplacement).map(({ urn }) => `${urn} is still to be created`),
  ];
}

function isAttachedAsDeclared({ program, state, after }: Transition, declared: DeclaredAttachment): boolean {
  const feature = findFeature(program, declared);
  const id = "id" in declared.feature ? declared.feature.id : feature && findCurrent(state, featureUrn(feature))?.id;
  const held = findCurrent(state, attachmentUrn(declared));
  const attached = held && after.attachments.get(held.id);
  return attached?.product === declared.product && attached.feature.id === id;
}

function featureDifferences(
  settings: StackSettings,
  declared: DeclaredFeature,
  held: Resource | undefined,
  after: ServerView,
): string[] {
  const urn = featureUrn(declared);
  const feature = held && after.features.get(held.id);
  if (feature === undefined) return [`${urn} does not exist`];
  const is = { active: feature.active, key: feature.lookup_key, name: feature.name, metadata: feature.metadata };
  const { lookupKey: key, title: name, metadata } = declared;
  const marker = markerFor(settings, declared);
  const wanted = { active: true, key, name, metadata: withMarker({ metadata, marker }) };
  return isDeepStrictEqual(is, wanted) ? [] : [`${urn} is ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`];
}

/**
 * Objects that this stack created and no longer holds are archived or detached. Exceptions are
 * objects of another stack and `unrecorded` ones: those of a lost state, those that a killed run
 * created without recording them and that no program declares any more, and those that a delete may
 * leave alone.
 */
export function orphanedObjects(transition: Transition, unrecorded: ReadonlySet<string>): string[] {
  const { settings, state, after, ours } = transition;
  const held = new Set(state.map(({ id }) => id));
  const isForgotten = (id: string) => ours.has(id) && !held.has(id) && !unrecorded.has(id);
  const features = [...after.features.values()].filter(
    (feature) => feature.active && isForgotten(feature.id) && !isForeign(settings, feature),
  );
  const attachments = [...after.attachments.values()].filter(
    ({ id, feature }) => isForgotten(id) && !isForeign(settings, feature),
  );
  return [
    ...features.map(({ id, lookup_key }) => `feature ${lookup_key} (${id}) is active but in no state`),
    ...attachments.map(({ id, product }) => `attachment ${id} to ${product} is attached but in no state`),
  ];
}

/**
 * Returns the ids of the objects that a delete may leave alone: they were imported and never
 * updated, or their marker is of another resource of this stack.
 *
 * @param unrecordedMarkers ids of the features whose marker a person or an interrupted run has set
 */
export function leftAloneObjects(
  { stateBefore, state, after }: Transition,
  unrecordedMarkers: ReadonlySet<string>,
): readonly string[] {
  const held = new Set(state.map(({ id }) => id));
  const isLeftAlone = (each: Resource) => {
    const feature = after.features.get(each.id);
    const marker = feature && markerOf(feature);
    const isOfOther = marker !== undefined && marker !== each.outputs["owner"];
    const isImported = each.outputs["owner"] === undefined;
    return isUnread(each) || (isOfOther && (isImported || unrecordedMarkers.has(each.id)));
  };
  return stateBefore.filter((each) => !held.has(each.id) && isLeftAlone(each)).map(({ id }) => id);
}

/**
 * A feature that others have attached is not archived unless the program allows it, because an
 * archived feature keeps granting access (S24).
 */
export function archivedWhileAttached({ stateBefore, before, after, ours }: Transition): string[] {
  const mayArchive = new Set(
    stateBefore.filter(({ outputs }) => outputs["archiveWhileAttached"] === true).map(({ id }) => id),
  );
  return [...before.attachments.values()]
    .filter(({ id, feature }) => feature.active && !ours.has(id) && !mayArchive.has(feature.id))
    .filter(({ id, feature }) => after.attachments.has(id) && after.features.get(feature.id)?.active === false)
    .map(({ feature, product }) => `feature ${feature.lookup_key} was archived while others attach it to ${product}`);
}

/**
 * A feature is archived only when its replacement exists or can be created: an archive is
 * permanent.
 */
export function archivedBeforeReplacement({ state, before, after }: Transition): string[] {
  return state
    .filter(({ isPendingReplacement, id }) => isPendingReplacement && before.features.get(id)?.active === true)
    .filter(({ id }) => after.features.get(id)?.active === false)
    .map(({ id, urn }) => `${urn} (${id}) was archived, and its replacement was not created`);
}

/**
 * A refresh forgets no attachment that was imported, moved here, or created when its feature
 * belonged to others. It may be lost together with a feature that the state holds.
 */
export function forgottenAttachments({ stateBefore, state, after, claims }: Transition): string[] {
  const held = new Set(state.map(({ id }) => id));
  const heldBefore = new Set(stateBefore.map(({ id }) => id));
  return [...after.attachments.values()]
    .filter(({ id, feature }) => heldBefore.has(id) && !held.has(id) && !heldBefore.has(feature.id))
    .filter(({ id }) => claims.mayDetach(id))
    .map(({ id, product }) => `attachment ${id} to ${product} was forgotten by a refresh`);
}
