import type { Catalog } from "../catalog/types";

/**
 * Returns the name of a catalog's child: of a feature by its key, and of an attachment by its plan
 * and key. In these, `~` is written `~0` and `/` is written `~1`, so no two children have the same
 * name.
 */
export function childName(catalogName: string, ...steps: readonly string[]): string {
  return [catalogName, ...steps.map((step) => step.replaceAll("~", "~0").replaceAll("/", "~1"))].join("/");
}

/**
 * Returns why the plans that have a product are not the catalog's. Undefined if they are.
 *
 * @param plans the names of the plans that have a product
 */
export function findPlansIssue(catalog: Catalog, plans: readonly string[]): string | undefined {
  const missing = catalog.planNames.filter((plan) => !plans.includes(plan));
  const unknown = plans.filter((plan) => !catalog.planNames.includes(plan));
  if (missing.length === 0 && unknown.length === 0) return undefined;
  return [
    `products must have exactly the catalog's plans, ${quotedList(catalog.planNames)}.`,
    ...(missing.length > 0 ? [`Missing: ${quotedList(missing)}.`] : []),
    ...(unknown.length > 0 ? [`Unknown: ${quotedList(unknown)}.`] : []),
  ].join(" ");
}

/**
 * Returns which plans have the same product and carry the same feature. Undefined if none do.
 * Compares the ids that are known. The provider rejects the second attachment for the others.
 *
 * @param products the product of each plan, where it is a known id
 */
export function findSharedProductIssue(catalog: Catalog, products: ReadonlyMap<string, unknown>): string | undefined {
  const planOf = new Map<string, string>();
  for (const plan of catalog.planNames) {
    const product = products.get(plan);
    if (typeof product !== "string") continue;
    for (const { key } of catalog.featuresOf(plan)) {
      const pair = JSON.stringify([product, key]);
      const other = planOf.get(pair);
      if (other !== undefined) {
        return (
          `the plans ${quotedList([other, plan])} have the same product, ${product}, and both carry the feature ` +
          `${JSON.stringify(key)}. Stripe attaches a feature to a product once. Give each plan a product of its own, or ` +
          "merge the two plans in the catalog."
        );
      }
      planOf.set(pair, plan);
    }
  }
  return undefined;
}

function quotedList(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => JSON.stringify(name)).join(", ");
}
