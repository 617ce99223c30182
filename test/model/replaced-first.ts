import { type DeclaredFeature, declaredPairs, featureUrn, type Program } from "./program";
import { findCurrent, type State } from "./resource";
import type { ServerView } from "./server-view";

/** A product, and the lookup key of a feature that is attached to it. */
export interface Pair {
  readonly product: string;
  readonly lookupKey: string;
}

/** The objects that a run that deletes first may take away for a moment. */
export interface Gaps {
  readonly keys: readonly string[];
  readonly pairs: readonly Pair[];
}

/**
 * Returns the declared objects that may be gone for a moment in a run that deletes first. The
 * engine deletes the attachments of a feature before the feature. It sends a lookup key that is an
 * output of a replaced feature after that one was deleted, so the provider cannot know that it is
 * declared.
 *
 * @param forced the URNs whose replacement is forced
 */
export function gapsOfDeletingFirst(
  program: Program,
  state: State,
  before: ServerView,
  forced: readonly string[],
): Gaps {
  const replaced = new Set<number>();
  const isLate = ({ keyFrom }: DeclaredFeature) => keyFrom !== undefined && replaced.has(keyFrom);
  for (const declared of program.features) {
    if (isLate(declared) || !isKept(declared, state, before, forced)) replaced.add(declared.slot);
  }
  const keys = program.features.filter(({ slot }) => replaced.has(slot)).map(({ lookupKey }) => lookupKey);
  return {
    keys: program.features.filter(isLate).map(({ lookupKey }) => lookupKey),
    pairs: declaredPairs(program).filter(({ lookupKey }) => keys.includes(lookupKey)),
  };
}

function isKept(declared: DeclaredFeature, state: State, before: ServerView, forced: readonly string[]): boolean {
  const urn = featureUrn(declared);
  const held = [urn, ...declared.aliases].flatMap((each) => findCurrent(state, each) ?? [])[0];
  if (held === undefined || held.isPendingReplacement || forced.includes(urn)) return false;
  const isActive = before.features.get(held.id)?.active === true;
  return isActive && held.outputs["lookupKey"] === declared.lookupKey;
}
