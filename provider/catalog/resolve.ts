import type { PlanDeclaration, PlanFeature } from "./types";

/**
 * Returns the features of a plan, each once: the plan's own in their order, then those of the plans
 * it includes, depth first in the order of `includes`.
 */
export function resolvePlan(
  plan: string,
  plans: ReadonlyMap<string, PlanDeclaration>,
  featureNames: ReadonlyMap<string, string>,
): readonly PlanFeature[] {
  const found = new Map<string, PlanFeature>();
  // Each plan is visited once: a lattice of includes has exponentially many paths.
  const visited = new Set<string>();
  const visit = (from: string): void => {
    visited.add(from);
    const { features = [], includes = [] } = plans.get(from) ?? {};
    for (const key of features) {
      if (!found.has(key)) found.set(key, Object.freeze({ key, name: featureNames.get(key) ?? "", from }));
    }
    for (const included of includes) {
      if (!visited.has(included)) visit(included);
    }
  };
  visit(plan);
  return Object.freeze([...found.values()]);
}
