import { isDeepStrictEqual } from "node:util";
import type { Feature } from "../../emulator";
import { isForeign, mayAdopt, policyOf } from "./markers";
import { markerOf } from "./server-view";
import type { Transition } from "./transition";

/**
 * A stack changes no object that is not its own. It never archives, detaches or unmarks what
 * carries another stack's marker, except by `adopt: any`.
 */
export function changedForeignObjects(transition: Transition): string[] {
  const { before, after } = transition;
  return [
    ...[...before.features.values()]
      .filter((feature) => !isFeatureLeftAlone(transition, feature, after.features.get(feature.id)))
      .map((feature) => `${named(feature)} is not this stack's and was changed`),
    ...[...before.attachments.values()]
      .filter(({ id, feature }) => !after.attachments.has(id) && !mayDetach(transition, id, feature))
      .map(({ id, feature }) => `attachment ${id} of ${named(feature)} is not this stack's and was removed`),
  ];
}

function named(feature: Feature): string {
  return `feature ${feature.lookup_key} (${feature.id}, marker ${markerOf(feature)})`;
}

function isFeatureLeftAlone(transition: Transition, feature: Feature, now: Feature | undefined): boolean {
  if (isDeepStrictEqual(now, feature)) return true;
  return isForeign(transition.settings, feature)
    ? isForeignFeatureLeftAlone(transition, feature, now)
    : mayChange(transition, feature) || (isHeld(transition, feature.id) && now?.active === feature.active);
}

function isForeignFeatureLeftAlone(transition: Transition, feature: Feature, now: Feature | undefined): boolean {
  const { claims, hasRefreshed, program, settings } = transition;
  const declared = program.features.find(({ lookupKey }) => lookupKey === feature.lookup_key);
  if (declared !== undefined && policyOf(declared, settings) === "any") return true;
  if (claims.isMovedHere(feature)) return true;
  if (!isHeld(transition, feature.id) || now?.active !== feature.active) return false;
  if (claims.isFromItsStack(feature)) return true;
  if (hasRefreshed) return false;
  // An update without a refresh writes without reading. A stack that writes no markers sees the
  // marker in the answer.
  return markerOf(now) === markerOf(feature) || (settings.ownership === "metadata" && claims.mayTakeBack(feature));
}

/**
 * Whether the stack manages the feature, which carries no other stack's marker, or may adopt it.
 */
function mayChange({ ours, program, settings }: Transition, feature: Feature): boolean {
  if (ours.has(feature.id)) return true;
  const declared = program.features.find(({ lookupKey }) => lookupKey === feature.lookup_key);
  return declared !== undefined && mayAdopt(settings, declared, markerOf(feature));
}

/**
 * Whether the stack may detach the attachment. Attachments belong to the stack of their feature.
 */
function mayDetach(transition: Transition, id: string, feature: Feature): boolean {
  const { settings, after, claims, ours } = transition;
  if (!isForeign(settings, feature)) return ours.has(id) || isHeld(transition, id);
  const isTakenBack = !isForeign(settings, after.features.get(feature.id));
  return isHeld(transition, id) && (isTakenBack || claims.mayDetach(id));
}

function isHeld({ stateBefore }: Transition, id: string): boolean {
  return stateBefore.some((each) => each.id === id);
}
