import type { Catalog } from "../../provider/catalog";
import { CliError } from "../cli-error";
import { stringLiteral } from "../output/plain";
import type { PlanProducts } from "./read-products";

/**
 * Throws unless the products are those of exactly the catalog's plans, as the component
 * `EntitlementCatalog` requires.
 *
 * @param file names the products in the error
 */
export function assertProductForEachPlan(file: string, { planNames }: Catalog, products: PlanProducts): void {
  const missing = planNames.filter((plan) => !Object.hasOwn(products, plan));
  const unknown = Object.keys(products).filter((plan) => !planNames.includes(plan));
  if (missing.length === 0 && unknown.length === 0) return;
  const listed = (what: string, plans: readonly string[]) =>
    plans.length === 0 ? [] : [`${what}: ${plans.map(stringLiteral).join(", ")}`];
  throw new CliError(
    `${file} must have the products of exactly the catalog's plans. ${[...listed("Missing", missing), ...listed("unknown", unknown)].join("; ")}`,
    "Correct the names of the plans, or add the ids of their products.",
  );
}
