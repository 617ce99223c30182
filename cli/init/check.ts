import type { Catalog } from "../../provider/catalog/types";
import { stringLiteral } from "../output/plain";
import type { PlanProducts } from "../products/read-products";
import type { AccountDeclaration } from "./declaration";

/** The objects of an account that a catalog does not declare. */
export interface Missing {
  readonly features: readonly { readonly lookupKey: string; readonly id: string; readonly name: string }[];
  /** Products with features and without a plan. */
  readonly products: readonly {
    readonly id: string;
    readonly name: string;
    readonly features: readonly string[];
  }[];
  /** Attachments whose product has a plan. */
  readonly attachments: readonly {
    readonly plan: string;
    readonly lookupKey: string;
    readonly product: string;
    readonly id: string;
  }[];
}

/** Returns what the account has and the catalog has not. */
export function findMissing(
  { features, plans }: AccountDeclaration,
  catalog: Catalog,
  products: PlanProducts,
): Missing {
  const declaredPlans = catalog.planNames.filter((plan) => Object.hasOwn(products, plan));
  const planOf = new Map(declaredPlans.map((plan) => [products[plan], plan]));
  const keysOf = new Map(declaredPlans.map((plan) => [plan, new Set(catalog.featuresOf(plan).map(({ key }) => key))]));
  const declaredKeys = new Set(catalog.featureKeys);
  return {
    features: features
      .filter(({ feature }) => !declaredKeys.has(feature.lookupKey))
      .map(({ feature: { lookupKey, id, name } }) => ({ lookupKey, id, name })),
    products: plans
      .filter(({ product }) => !planOf.has(product.id))
      .map(({ product: { id, name, attachments } }) => ({
        id,
        name,
        features: attachments.map(({ feature }) => feature.lookupKey),
      })),
    attachments: plans.flatMap(({ product }) => {
      const plan = planOf.get(product.id);
      if (plan === undefined) return [];
      return product.attachments
        .filter(({ feature }) => keysOf.get(plan)?.has(feature.lookupKey) !== true)
        .map(({ id, feature }) => ({ plan, lookupKey: feature.lookupKey, product: product.id, id }));
    }),
  };
}

/** Returns a line for each object that is missing. */
export function missingLines({ features, products, attachments }: Missing): readonly string[] {
  return [
    ...features.map(({ lookupKey, id, name }) => `feature ${stringLiteral(lookupKey)}: ${id}, ${stringLiteral(name)}`),
    ...products.map(
      ({ id, name, features }) =>
        `plan for product ${id} (${stringLiteral(name)}): features ${features.map(stringLiteral).join(", ")}`,
    ),
    ...attachments.map(
      ({ plan, lookupKey, product }) =>
        `plan ${stringLiteral(plan)}: feature ${stringLiteral(lookupKey)} of ${product}`,
    ),
  ];
}
