import { type DeclaredFeature, declaredPairs, featureUrn, type Program } from "./program";
import { findCurrent, type State } from "./resource";

/** A product, and the lookup key of a feature that is attached to it. */
export interface Pair {
  readonly product: string;
  readonly lookupKey: string;
}

/**
 * Returns the declared pairs that may be detached for a moment in a run that deletes first: their
 * feature is created or replaced, and the engine deletes what depends on a feature before it.
 *
 * @param forced the URNs whose replacement is forced
 */
export function pairsReplacedFirst(program: Program, state: State, forced: readonly string[]): readonly Pair[] {
  const replaced = new Set<number>();
  for (const declared of program.features) {
    const isDependent = declared.keyFrom !== undefined && replaced.has(declared.keyFrom);
    if (isDependent || !isKept(declared, state, forced)) replaced.add(declared.slot);
  }
  const keys = program.features.filter(({ slot }) => replaced.has(slot)).map(({ lookupKey }) => lookupKey);
  return declaredPairs(program).filter(({ lookupKey }) => keys.includes(lookupKey));
}

function isKept(declared: DeclaredFeature, state: State, forced: readonly string[]): boolean {
  const urn = featureUrn(declared);
  const held = [urn, ...declared.aliases].flatMap((each) => findCurrent(state, each) ?? [])[0];
  if (held === undefined || held.isPendingReplacement || forced.includes(urn)) return false;
  return held.outputs["lookupKey"] === declared.lookupKey;
}
