import type { FeatureFacts, PlanFacts, Snapshot } from "./snapshot";

/** The differences between two snapshots. */
export interface Changes {
  readonly isChanged: boolean;
  /** All plans: those of the new side in their order, then the removed ones. */
  readonly plans: readonly PlanChange[];
  /** All features: those of the new side in their order, then the removed ones. */
  readonly features: readonly FeatureChange[];
  /** The lookup keys that change, old and new. */
  readonly keyChanges: readonly KeyChange[];
}

export interface PlanChange {
  readonly label: string;
  readonly change: "new" | "removed" | undefined;
  /** Lookup keys. */
  readonly gains: readonly string[];
  /** Lookup keys. */
  readonly loses: readonly string[];
}

/**
 * The change of a feature itself. `adopted`: it exists in Stripe and becomes managed. `released`:
 * it stays in Stripe and is managed no more.
 */
export type FeatureFate = "new" | "adopted" | "archived" | "released" | "changed";

export interface FeatureChange {
  readonly key: string;
  /** The new name, else the old one. Undefined when neither is known. */
  readonly name: string | undefined;
  readonly change: FeatureFate | undefined;
  readonly properties: readonly PropertyChange[];
  /** One for each plan, in the order of the plans. */
  readonly cells: readonly Cell[];
}

interface PropertyChange {
  /** `name`, or `metadata.<key>`. */
  readonly property: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface Cell {
  readonly change: "same" | "gained" | "lost" | "none";
  /** The plan that the feature comes from, if it is an included one. */
  readonly via: string | undefined;
}

export interface KeyChange {
  readonly before: string;
  readonly after: string;
  /** Whether it is a guess from the equal names of both features. */
  readonly isGuess: boolean;
}

/** Facts that only a preview knows. All are lookup keys. */
export interface KnownFates {
  readonly adopted?: ReadonlySet<string>;
  readonly released?: ReadonlySet<string>;
  /** The new key of a feature by its old one. */
  readonly replaced?: ReadonlyMap<string, string>;
}

/** Compares two snapshots. */
export function compare(before: Snapshot, after: Snapshot, fates: KnownFates = {}): Changes {
  const planIds = [...new Set([...after.plans.keys(), ...before.plans.keys()])];
  const keys = new Set([after, before].flatMap(({ features, plans }) => [...features.keys(), ...carriedKeys(plans)]));
  const features = [...keys].map((key): FeatureChange => {
    const [was, is] = [before.features.get(key), after.features.get(key)];
    const properties = propertyChanges(was, is);
    return {
      key,
      name: is?.name ?? was?.name,
      change: fateOf(key, was, is, fates) ?? (properties.length > 0 ? "changed" : undefined),
      properties,
      cells: planIds.map((id) => cellOf(key, before.plans.get(id), after.plans.get(id))),
    };
  });
  const plans = planIds.map((id, index) => planChange(before.plans.get(id), after.plans.get(id), features, index));
  return {
    isChanged: features.some(isChangedFeature) || plans.some(({ change }) => change !== undefined),
    plans,
    features,
    keyChanges: keyChanges(features, fates.replaced),
  };
}

/** Whether the row of the feature differs between the two sides. */
export function isChangedFeature({ change, cells }: FeatureChange): boolean {
  return change !== undefined || cells.some((cell) => cell.change === "gained" || cell.change === "lost");
}

function carriedKeys(plans: Snapshot["plans"]): readonly string[] {
  return [...plans.values()].flatMap(({ carries }) => [...carries.keys()]);
}

function fateOf(
  key: string,
  before: FeatureFacts | undefined,
  after: FeatureFacts | undefined,
  { adopted, released }: KnownFates,
): FeatureFate | undefined {
  if (before === undefined && after !== undefined) return adopted?.has(key) ? "adopted" : "new";
  if (before !== undefined && after === undefined) return released?.has(key) ? "released" : "archived";
  return undefined;
}

function propertyChanges(before: FeatureFacts | undefined, after: FeatureFacts | undefined): PropertyChange[] {
  if (before === undefined || after === undefined) return [];
  const properties = ({ name, metadata }: FeatureFacts) =>
    new Map([["name", name], ...Object.entries(metadata).map(([key, value]) => [`metadata.${key}`, value] as const)]);
  const [was, is] = [properties(before), properties(after)];
  const all = [...new Set([...is.keys(), ...was.keys()])];
  return all
    .map((property) => ({ property, before: was.get(property), after: is.get(property) }))
    .filter((change) => change.before !== change.after);
}

function cellOf(key: string, before: PlanFacts | undefined, after: PlanFacts | undefined): Cell {
  const [was, is] = [before?.carries.has(key) === true, after?.carries.has(key) === true];
  const change = is ? (was ? "same" : "gained") : was ? "lost" : "none";
  return { change, via: (is ? after : before)?.carries.get(key) };
}

function planChange(
  before: PlanFacts | undefined,
  after: PlanFacts | undefined,
  features: readonly FeatureChange[],
  index: number,
): PlanChange {
  const keysWith = (change: Cell["change"]) =>
    features.filter(({ cells }) => cells[index]?.change === change).map(({ key }) => key);
  return {
    label: (after ?? before)?.label ?? "",
    change: before === undefined ? "new" : after === undefined ? "removed" : undefined,
    gains: keysWith("gained"),
    loses: keysWith("lost"),
  };
}

/** Returns the known changes, and those that the equal and otherwise unused names suggest. */
function keyChanges(features: readonly FeatureChange[], replaced: KnownFates["replaced"] = new Map()): KeyChange[] {
  const known = [...replaced].map(([before, after]) => ({ before, after, isGuess: false }));
  const byName = (fate: FeatureFate, isKnown: (key: string) => boolean) =>
    Map.groupBy(
      features.filter(({ key, change, name }) => change === fate && name !== undefined && !isKnown(key)),
      ({ name }) => name,
    );
  const newKeys = new Set(replaced.values());
  const added = byName("new", (key) => newKeys.has(key));
  const guessed = [...byName("archived", (key) => replaced.has(key))].flatMap(([name, gone]) => {
    const [before, after] = [gone[0], added.get(name)?.[0]];
    const isOnly = gone.length === 1 && added.get(name)?.length === 1;
    return isOnly && before && after ? [{ before: before.key, after: after.key, isGuess: true }] : [];
  });
  return [...known, ...guessed];
}
