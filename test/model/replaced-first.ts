import { featureUrn, type Program } from "./program";
import type { Resource, State } from "./resource";

/** A product, and the lookup key of a feature that is attached to it. */
export interface Pair {
  readonly product: string;
  readonly lookupKey: string;
}

/**
 * Returns the pairs that may be detached for a moment, in a run that deletes first: their feature
 * is replaced, and the engine deletes what depends on it before.
 *
 * @param forced the URNs whose replacement is forced
 */
export function pairsReplacedFirst(program: Program, state: State, forced: readonly string[]): readonly Pair[] {
  const replaced = new Set<string>();
  for (const row of state) if (isReplaced(row, program, forced, replaced)) replaced.add(row.urn);
  return state
    .filter(({ type, dependencies }) => type === "ProductFeature" && dependencies.some((urn) => replaced.has(urn)))
    .map(({ outputs }) => ({ product: String(outputs["product"]), lookupKey: String(outputs["lookupKey"]) }));
}

/** @param replaced the URNs of the features that are replaced before */
function isReplaced(
  { type, urn, outputs, dependencies, isPendingReplacement }: Resource,
  { features }: Program,
  forced: readonly string[],
  replaced: ReadonlySet<string>,
): boolean {
  if (type !== "Feature") return false;
  if (isPendingReplacement || dependencies.some((each) => replaced.has(each))) return true;
  const declared = features.find((each) => [featureUrn(each), ...each.aliases].includes(urn));
  return (
    declared !== undefined && (declared.lookupKey !== outputs["lookupKey"] || forced.includes(featureUrn(declared)))
  );
}
