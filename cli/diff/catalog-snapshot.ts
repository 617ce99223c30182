import type { Catalog } from "../../provider/catalog";
import type { PlanFacts, Snapshot } from "./snapshot";

/** Returns the features and plans of a catalog. */
export function snapshotOf(catalog: Catalog): Snapshot {
  const features = Object.entries(catalog.features).map(
    ([key, { name, metadata = {} }]) => [key, { name, metadata }] as const,
  );
  const plans = catalog.planNames.map((plan) => [plan, planFacts(catalog, plan)] as const);
  return { features: new Map(features), plans: new Map(plans) };
}

function planFacts(catalog: Catalog, plan: string): PlanFacts {
  const carried = catalog.featuresOf(plan).map(({ key, from }) => [key, from === plan ? undefined : from] as const);
  return { label: plan, carries: new Map(carried) };
}
