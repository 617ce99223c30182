import { entitlementsOf, entitlementsOfSummary } from "./entitlements";
import { CatalogError } from "./errors";
import { quoted, suggestion } from "./message-text";
import { resolvePlan } from "./resolve";
import type { Catalog, FeatureDeclaration, PlanDeclaration } from "./types";

/** A valid, frozen declaration. */
export interface CatalogDeclaration {
  readonly features: Readonly<Record<string, FeatureDeclaration>>;
  readonly plans: Readonly<Record<string, PlanDeclaration>>;
}

/** Returns the catalog of a declaration, which the caller has validated. */
export function createCatalog({ features, plans }: CatalogDeclaration): Catalog {
  const featureKeys = Object.freeze(Object.keys(features));
  const planNames = Object.freeze(Object.keys(plans));
  const featureNames = new Map(Object.entries(features).map(([key, { name }]) => [key, name]));
  const plansByName = new Map(Object.entries(plans));
  const resolved = new Map(planNames.map((plan) => [plan, resolvePlan(plan, plansByName, featureNames)]));
  const featuresOf = (plan: string) => {
    const found = resolved.get(plan);
    if (found === undefined) throw unknownPlan(plan, planNames);
    return found;
  };
  const rowOf = (key: string) =>
    planNames.map((plan) => [plan, featuresOf(plan).some((feature) => feature.key === key)] as const);
  return Object.freeze<Catalog>({
    features,
    plans,
    featureKeys,
    planNames,
    featuresOf: featuresOf as Catalog["featuresOf"],
    matrix: () => Object.fromEntries(featureKeys.map((key) => [key, Object.fromEntries(rowOf(key))])),
    entitlementsOf: (active) => entitlementsOf(featureKeys, active),
    entitlementsOfSummary: (summary, listAll) => entitlementsOfSummary(featureKeys, summary, listAll),
  });
}

function unknownPlan(plan: unknown, planNames: readonly string[]): CatalogError {
  return new CatalogError(`${quoted(plan)} is not a plan of this catalog${suggestion(plan, planNames)}`, {
    hint: planNames.length === 0 ? "The catalog has no plans." : `Its plans are ${planNames.map(quoted).join(", ")}.`,
  });
}
