import { isDeepStrictEqual } from "node:util";
import type { Feature } from "../../emulator";
import { isEntitlementsError } from "../../provider/lifecycle/errors";
import { isSameStack } from "../../provider/lifecycle/ownership/policy";
import { withMarker } from "../../provider/stripe/metadata";
import { CheckRefused, type Resource, type State } from "./engine";
import { attachmentUrn, type DeclaredFeature, featureOf, featureUrn, ownerOf, type Program, stack } from "./program";
import { activeWithKey, markerOf, type ServerView } from "./server-view";

/** What is to be judged after a command: each function returns what is wrong, as sentences. */
export interface Episode {
  /** Empty for a destroy. */
  readonly program: Program;
  readonly stateBefore: State;
  readonly state: State;
  readonly before: ServerView;
  readonly after: ServerView;
  /** Ids of what this stack has made or taken over so far. */
  readonly ours: ReadonlySet<string>;
}

/** What the user is told is one of the provider's own errors, never a bare failure. */
export function illShapedErrors(errors: readonly unknown[]): string[] {
  return errors
    .filter((error) => !isEntitlementsError(error))
    .map((error) =>
      error instanceof CheckRefused
        ? `a valid program was refused: ${error.message}`
        : `not an error for the user: ${error}`,
    );
}

/** Other people's features and attachments stay as they are, unless the program asks to take them over. */
export function foreignTouched({ program, stateBefore, before, after, ours }: Episode): string[] {
  const held = new Set(stateBefore.map(({ id }) => id));
  // A run that does not refresh takes back what it still holds, as soon as it has something to change. It must not archive it.
  const isUntouched = (feature: Feature) => {
    const now = after.features.get(feature.id);
    return held.has(feature.id) ? now?.active === feature.active : isDeepStrictEqual(now, feature);
  };
  const features = [...before.features.values()].filter(
    (feature) => !ours.has(feature.id) && !isAskedFor(program, feature.lookup_key, markerOf(feature)),
  );
  const attachments = [...before.attachments.values()]
    .filter(({ id, feature }) => {
      const wasOurs = stateBefore.some((each) => each.id === id && each.outputs["featureOwner"] === undefined);
      const isTakenOver = wasOurs && isOthers(feature) && isOthers(after.features.get(feature.id));
      return isTakenOver || (!ours.has(id) && !held.has(id));
    })
    .map(({ id }) => id);
  return [
    ...features
      .filter((feature) => !isUntouched(feature))
      .map(({ id, lookup_key }) => `feature ${lookup_key} (${id}) is not this stack's, and was changed`),
    ...attachments
      .filter((id) => !after.attachments.has(id))
      .map((id) => `attachment ${id} is not this stack's, and was removed`),
  ];
}

function isAskedFor(program: Program, lookupKey: string, marker: string | undefined): boolean {
  const declared = program.features.find((each) => each.lookupKey === lookupKey);
  return declared !== undefined && isAdoptable(declared, marker, ownerOf(declared));
}

function isAdoptable({ adopt = "owned" }: Pick<DeclaredFeature, "adopt">, marker: string | undefined, owner: string) {
  if (adopt === "never") return false;
  return adopt === "any" || marker === owner || (adopt === "unowned" && marker === undefined);
}

/** What the account has is what the program declares. */
export function differences({ program, state, after }: Episode): string[] {
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
 * What this stack has made and no longer has is archived or detached. Left alone is `unrecorded`: what a lost state knew, or a killed run
 * made without saying so, while the program that declared it is no more; and what carries another stack's marker.
 */
export function leftOver({ state, after, ours }: Episode, unrecorded: ReadonlySet<string>): string[] {
  const held = new Set(state.map(({ id }) => id));
  const isForgotten = (id: string) => ours.has(id) && !held.has(id) && !unrecorded.has(id);
  const features = [...after.features.values()].filter(
    (feature) => feature.active && isForgotten(feature.id) && !isOthers(feature),
  );
  const attachments = [...after.attachments.values()].filter(
    ({ id, feature }) => isForgotten(id) && !isOthers(feature),
  );
  return [
    ...features.map(({ id, lookup_key }) => `feature ${lookup_key} (${id}) is active, and nobody knows of it`),
    ...attachments.map(({ id, product }) => `attachment ${id} to ${product} is left, and nobody knows of it`),
  ];
}

/** Whether a feature says that it is another stack's. */
export function isOthers(feature: Pick<Feature, "metadata"> | undefined): boolean {
  const marker = feature && markerOf(feature);
  return marker !== undefined && !isSameStack(marker, `${stack}/`);
}

/** An archived feature goes on granting where it is attached: it is left alone while somebody else attaches it, unless that is overridden. */
export function archivedWhileAttached({ stateBefore, before, after, ours }: Episode): string[] {
  const mayGo = new Set(
    stateBefore.filter(({ outputs }) => outputs["archiveWhileAttached"] === true).map(({ id }) => id),
  );
  return [...before.attachments.values()]
    .filter(({ id, feature }) => feature.active && !ours.has(id) && !mayGo.has(feature.id))
    .filter(({ id, feature }) => after.attachments.has(id) && after.features.get(feature.id)?.active === false)
    .map(
      ({ feature, product }) => `feature ${feature.lookup_key} was archived, and is attached to ${product} by others`,
    );
}

/** Refusals that the rules foresee; each holds only where the account is as it says. */
export function unjustified(
  errors: readonly unknown[],
  { program, after, state }: Episode,
  isStale: boolean,
): string[] {
  const refusals = errors.filter(isEntitlementsError);
  // Said of an object that another resource was refused in the same run: errors do not end it where that is wished.
  const isConsequence = ({ message }: Error) =>
    refusals.length > 1 && /and could not take it over| failed in this run$/.test(message);
  return refusals
    .filter((refusal) => !isConsequence(refusal))
    .filter(({ message }) => !isJustified(message, program, after, state, isStale))
    .map(({ message }) => `refused without a reason: ${message}`);
}

function isJustified(message: string, program: Program, after: ServerView, state: State, isStale: boolean): boolean {
  if (isStale && /archived outside Pulumi|the feature is archived/.test(message)) return true;
  const key = /[Ff]eature "([^"]+)"/.exec(message)?.[1];
  const taken = key === undefined ? undefined : activeWithKey(after, key);
  if (message.includes("an active feature has this lookup key already")) {
    const declared = program.features.find(({ lookupKey }) => lookupKey === key);
    return taken !== undefined && declared !== undefined && !isAdoptable(declared, markerOf(taken), ownerOf(declared));
  }
  if (message.includes("is attached to the product already")) {
    return program.attachments.some((declared) => {
      const { product, adopt } = declared;
      const isPair = featureOf(program, declared).lookupKey === key && message.includes(product);
      const isOwn = isSameStack(taken && markerOf(taken), ownerOf(declared));
      return isPair && (adopt === "never" || !(isOwn || isAdoptable({ adopt }, taken && markerOf(taken), "")));
    });
  }
  if (message.includes("an archived feature goes on granting access there")) {
    const held = new Set(state.map(({ id }) => id));
    return [...after.attachments.values()].some((each) => each.feature.lookup_key === key && !held.has(each.id));
  }
  const missing = /there is no product (\S+)|on (\S+): .* similar object exists/.exec(message)?.slice(1).find(Boolean);
  return missing !== undefined && ![...after.attachments.values()].some(({ product }) => product === missing);
}
