import { isCatalogError, parseCatalog } from "../../provider/catalog";
import type { FeatureDeclaration } from "../../provider/catalog/types";
import { lookupKeyIssue } from "../../provider/lifecycle/feature/texts";
import type { StripeFeature } from "../../provider/stripe/feature";
import { type AccountContent, attachmentCount, compare, type ProductWithFeatures } from "../account/read-account";
import type { PlanProducts } from "../products/read-products";
import { type NamedPlan, namePlans } from "./plan-names";

/** A feature of the account that a program can declare. */
interface DeclaredFeature {
  readonly feature: StripeFeature;
  readonly declaration: FeatureDeclaration;
}

/** A feature that a program cannot declare. */
interface RejectedFeature {
  readonly id: string;
  readonly lookupKey: string;
  readonly reason: string;
}

/** The objects that the program does not declare. */
export interface LeftOut {
  readonly archivedFeatures: number;
  /** Products that are archived, unless they were asked for. */
  readonly archivedProducts: number;
  readonly productsWithoutFeatures: number;
  readonly attachmentsOfArchivedFeatures: number;
  readonly rejectedFeatures: readonly RejectedFeature[];
  readonly attachmentsOfRejectedFeatures: number;
}

/** The declarations for an account, sorted. */
export interface AccountDeclaration {
  readonly features: readonly DeclaredFeature[];
  /** Their products have only attachments of these features. */
  readonly plans: readonly NamedPlan<ProductWithFeatures>[];
  readonly leftOut: LeftOut;
}

/** Returns the declarations that keep every object of the account as it is. */
export function declare(content: AccountContent, metadataKey: string | undefined): AccountDeclaration {
  const checked = content.features.map((feature) => ({ feature, ...checkedDeclaration(feature) }));
  const features = checked.filter(({ reason }) => reason === undefined);
  const rejected = checked
    .filter(({ reason }) => reason !== undefined)
    .map(({ feature: { id, lookupKey }, reason = "" }) => ({ id, lookupKey, reason }));
  const products = carrying(
    content.products,
    features.map(({ feature }) => feature.id),
  );
  const plans = namePlans(products, metadataKey).toSorted((one, other) => compare(one.plan, other.plan));
  return { features, plans, leftOut: leftOut(content, products, rejected) };
}

/** Returns the products that carry any of the features, with these attachments only. */
function carrying(
  products: readonly ProductWithFeatures[],
  features: readonly string[],
): readonly ProductWithFeatures[] {
  const ids = new Set(features);
  return products
    .map((product) => ({ ...product, attachments: product.attachments.filter(({ feature }) => ids.has(feature.id)) }))
    .filter(({ attachments }) => attachments.length > 0);
}

function leftOut(
  { archivedFeatures, otherProducts, products: all }: AccountContent,
  products: readonly ProductWithFeatures[],
  rejectedFeatures: readonly RejectedFeature[],
): LeftOut {
  const rejected = carrying(
    all,
    rejectedFeatures.map(({ id }) => id),
  );
  const attachmentsOfRejectedFeatures = attachmentCount(rejected);
  return {
    archivedFeatures: archivedFeatures.length,
    archivedProducts: otherProducts.length,
    productsWithoutFeatures: all.length - products.length,
    attachmentsOfArchivedFeatures: attachmentCount(all) - attachmentCount(products) - attachmentsOfRejectedFeatures,
    rejectedFeatures,
    attachmentsOfRejectedFeatures,
  };
}

/** Returns the product id of each plan. */
export function productsOf({ plans }: AccountDeclaration): PlanProducts {
  return Object.fromEntries(plans.map(({ plan, product }) => [plan, product.id]));
}

/**
 * Returns the product of each plan of a catalog, by the name that `init` would give the plan. A
 * product with features is preferred. A plan without a product is left out.
 */
export function productsForPlans(
  planNames: readonly string[],
  { plans }: AccountDeclaration,
  { products }: AccountContent,
  metadataKey: string | undefined,
): PlanProducts {
  const carrying = new Set(plans.map(({ product }) => product.id));
  const others = products.filter(({ id }) => !carrying.has(id));
  const byPlan = new Map([...namePlans(others, metadataKey), ...plans].map(({ plan, product }) => [plan, product.id]));
  return Object.fromEntries(planNames.flatMap((plan) => (byPlan.has(plan) ? [[plan, byPlan.get(plan) ?? ""]] : [])));
}

/** Returns the declaration of a feature, and why a program cannot declare it, if it cannot. */
function checkedDeclaration({ lookupKey, name, metadata }: StripeFeature): {
  declaration: FeatureDeclaration;
  reason?: string;
} {
  const declaration = { name, ...(Object.keys(metadata).length > 0 && { metadata: sortedEntries(metadata) }) };
  try {
    parseCatalog({ features: Object.fromEntries([[lookupKey, declaration]]), plans: {} });
    const issue = lookupKeyIssue(lookupKey);
    return issue === undefined ? { declaration } : { declaration, reason: `the lookup key ${issue}` };
  } catch (error) {
    if (!isCatalogError(error)) throw error;
    const [issue] = error.issues;
    return { declaration, reason: issue === undefined ? error.message : `${issue.path}: ${issue.reason}` };
  }
}

function sortedEntries(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).toSorted(([one], [other]) => compare(one, other)));
}
