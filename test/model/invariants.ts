import { isDeepStrictEqual } from "node:util";
import type { Feature } from "../../emulator";
import { type EntitlementsError, isEntitlementsError } from "../../provider/lifecycle/errors";
import { isSameStack } from "../../provider/lifecycle/ownership/policy";
import { withMarker } from "../../provider/stripe/metadata";
import { CheckRejected, type Resource, type State } from "./engine";
import { attachmentUrn, type DeclaredFeature, featureOf, featureUrn, ownerOf, type Program, stack } from "./program";
import { activeWithKey, markerOf, type ServerView } from "./server-view";

/**
 * A command's effect. Each function below returns the violations of one invariant, as sentences.
 */
export interface Transition {
  /** Empty for a destroy. */
  readonly program: Program;
  readonly stateBefore: State;
  readonly state: State;
  readonly before: ServerView;
  readonly after: ServerView;
  /** Ids of the objects that this stack has created or taken over so far. */
  readonly ours: ReadonlySet<string>;
}

/** Every error is an EntitlementsError, and a valid program passes the check. */
export function malformedErrors(errors: readonly unknown[]): string[] {
  return errors
    .filter((error) => !isEntitlementsError(error))
    .map((error) =>
      error instanceof CheckRejected
        ? `a valid program was rejected: ${error.message}`
        : `not an EntitlementsError: ${error}`,
    );
}

/** Objects of other stacks do not change unless the program is allowed to take them over. */
export function changedForeignObjects({ program, stateBefore, before, after, ours }: Transition): string[] {
  const held = new Set(stateBefore.map(({ id }) => id));
  // An update without a refresh writes its marker again to a feature in the state. It must not
  // archive the feature.
  const isUntouched = (feature: Feature) => {
    const now = after.features.get(feature.id);
    return held.has(feature.id) ? now?.active === feature.active : isDeepStrictEqual(now, feature);
  };
  const features = [...before.features.values()].filter(
    (feature) => !ours.has(feature.id) && !mayTakeOver(program, feature.lookup_key, markerOf(feature)),
  );
  const attachments = [...before.attachments.values()]
    .filter(({ id, feature }) => {
      const wasOurs = stateBefore.some((each) => each.id === id && each.outputs["featureOwner"] === undefined);
      const isTakenOver =
        wasOurs && belongsToOtherStack(feature) && belongsToOtherStack(after.features.get(feature.id));
      return isTakenOver || (!ours.has(id) && !held.has(id));
    })
    .map(({ id }) => id);
  return [
    ...features
      .filter((feature) => !isUntouched(feature))
      .map(({ id, lookup_key }) => `feature ${lookup_key} (${id}) belongs to another stack and was changed`),
    ...attachments
      .filter((id) => !after.attachments.has(id))
      .map((id) => `attachment ${id} belongs to another stack and was removed`),
  ];
}

function mayTakeOver(program: Program, lookupKey: string, marker: string | undefined): boolean {
  const declared = program.features.find((each) => each.lookupKey === lookupKey);
  return declared !== undefined && isAdoptable(declared, marker, ownerOf(declared));
}

function isAdoptable({ adopt = "owned" }: Pick<DeclaredFeature, "adopt">, marker: string | undefined, owner: string) {
  if (adopt === "never") return false;
  return adopt === "any" || marker === owner || (adopt === "unowned" && marker === undefined);
}

/** The account has exactly what the program declares. */
export function differences({ program, state, after }: Transition): string[] {
  const find = (urn: string) => state.find((each) => each.urn === urn && !each.isPendingDelete);
  return [
    ...program.features.flatMap((declared) => featureDifferences(declared, find(featureUrn(declared)), after)),
    ...program.attachments.flatMap((declared) => {
      const held = find(attachmentUrn(declared));
      const feature = find(featureUrn(featureOf(program, declared)));
      const attached = held && after.attachments.get(held.id);
      const isRight = attached?.product === declared.product && attached.feature.id === feature?.id;
      return isRight ? [] : [`${attachmentUrn(declared)} is not attached as declared`];
    }),
    ...state.filter((each) => each.isPendingDelete).map(({ urn }) => `${urn} is still to be deleted`),
  ];
}

function featureDifferences(declared: DeclaredFeature, held: Resource | undefined, after: ServerView): string[] {
  const urn = featureUrn(declared);
  const feature = held && after.features.get(held.id);
  if (feature === undefined) return [`${urn} does not exist`];
  const is = { active: feature.active, key: feature.lookup_key, name: feature.name, metadata: feature.metadata };
  const { lookupKey: key, title: name, metadata } = declared;
  const wanted = {
    active: true,
    key,
    name,
    metadata: withMarker({ metadata: metadata ?? {}, marker: ownerOf(declared) }),
  };
  return isDeepStrictEqual(is, wanted) ? [] : [`${urn} is ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`];
}

/**
 * Objects that this stack created and no longer holds are archived or detached. Exceptions are
 * objects of another stack and `unrecorded` ones: those of a lost state, and those that a killed
 * run created without recording them and that no program declares any more.
 */
export function orphanedObjects({ state, after, ours }: Transition, unrecorded: ReadonlySet<string>): string[] {
  const held = new Set(state.map(({ id }) => id));
  const isForgotten = (id: string) => ours.has(id) && !held.has(id) && !unrecorded.has(id);
  const features = [...after.features.values()].filter(
    (feature) => feature.active && isForgotten(feature.id) && !belongsToOtherStack(feature),
  );
  const attachments = [...after.attachments.values()].filter(
    ({ id, feature }) => isForgotten(id) && !belongsToOtherStack(feature),
  );
  return [
    ...features.map(({ id, lookup_key }) => `feature ${lookup_key} (${id}) is active but in no state`),
    ...attachments.map(({ id, product }) => `attachment ${id} to ${product} is attached but in no state`),
  ];
}

/** Whether the feature carries the marker of another stack. */
export function belongsToOtherStack(feature: Pick<Feature, "metadata"> | undefined): boolean {
  const marker = feature && markerOf(feature);
  return marker !== undefined && !isSameStack(marker, `${stack}/`);
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

/** An error of the provider is justified only if the account is as the error says. */
export function unjustifiedErrors(errors: readonly unknown[], transition: Transition, isStale: boolean): string[] {
  return errors
    .filter(isEntitlementsError)
    .filter((error, _, { length }) => !(length > 1 && error.kind === "notDeleted"))
    .filter((error) => !isJustified(error, transition, isStale))
    .map(({ message }) => `unjustified error: ${message}`);
}

function isJustified(error: EntitlementsError, transition: Transition, isStale: boolean): boolean {
  const { message } = error;
  const { after, state } = transition;
  switch (error.kind) {
    case "archived":
      return isStale;
    case "alreadyExists":
      return message.startsWith("ProductFeature")
        ? isPairTaken(message, transition)
        : isLookupKeyTaken(message, transition);
    case "stillAttached": {
      const id = /^Feature [^(]*\((feat_[^,)]+)/.exec(message)?.[1];
      const held = new Set(state.map((each) => each.id));
      return [...after.attachments.values()].some((each) => each.feature.id === id && !held.has(each.id));
    }
    case "missing":
    case "wrongMode": {
      const product = /: product (\S+) does not exist|on ([^)\s]+)\): /.exec(message)?.slice(1).find(Boolean);
      return product !== undefined && ![...after.attachments.values()].some((each) => each.product === product);
    }
    default:
      return false;
  }
}

/** Whether the lookup key in the message has a feature that its resource may not adopt. */
function isLookupKeyTaken(message: string, { program, after }: Transition): boolean {
  const key = /lookup key "([^"]+)"/.exec(message)?.[1];
  const existing = key === undefined ? undefined : activeWithKey(after, key);
  const declared = program.features.find(({ lookupKey }) => lookupKey === key);
  if (existing === undefined || declared === undefined) return false;
  return !isAdoptable(declared, markerOf(existing), ownerOf(declared));
}

/** Whether the pair in the message is declared by a resource that may not adopt it. */
function isPairTaken(message: string, { program, after }: Transition): boolean {
  const key = /the feature "([^"]+)"/.exec(message)?.[1];
  const feature = key === undefined ? undefined : activeWithKey(after, key);
  const marker = feature && markerOf(feature);
  return program.attachments.some((declared) => {
    const { product, adopt } = declared;
    const isPair = featureOf(program, declared).lookupKey === key && message.includes(product);
    const isOwn = isSameStack(marker, ownerOf(declared));
    return isPair && (adopt === "never" || !(isOwn || isAdoptable({ adopt }, marker, "")));
  });
}
