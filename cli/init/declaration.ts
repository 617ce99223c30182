import { isCatalogError, parseCatalog } from "../../provider/catalog";
import type { FeatureDeclaration } from "../../provider/catalog/types";
import { lookupKeyIssue } from "../../provider/lifecycle/feature/texts";
import type { StripeFeature } from "../../provider/stripe/feature";
import type { StripeProductFeature } from "../../provider/stripe/schemas";
import { type AccountContent, compare } from "../account/read-account";
import type { PlanProducts } from "../products/read-products";
import { type NamedPlan, namePlans } from "./plan-names";

/** A feature of the account that a program can declare. */
interface DeclaredFeature {
  readonly feature: StripeFeature;
  readonly declaration: FeatureDeclaration;
}

/** A plan of the catalog, with the attachments of its product. */
interface DeclaredPlan extends NamedPlan {
  readonly attachments: readonly StripeProductFeature[];
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
  readonly plans: readonly DeclaredPlan[];
  readonly leftOut: LeftOut;
}

/** Returns the declarations that keep every object of the account as it is. */
export function declare(content: AccountContent, metadataKey: string | undefined): AccountDeclaration {
  const checked = content.features.map((feature) => ({ feature, ...checkedDeclaration(feature) }));
  const features = checked.filter(({ reason }) => reason === undefined);
  const rejected = checked.filter(({ reason }) => reason !== undefined);
  const kept = new Set(features.map(({ feature }) => feature.id));
  const rejectedIds = new Set(rejected.map(({ feature }) => feature.id));
  const products = content.products.map((product) => ({
    product,
    attachments: product.attachments.filter(({ feature }) => kept.has(feature.id)),
  }));
  const withFeatures = products.filter(({ attachments }) => attachments.length > 0);
  const attachmentsById = new Map(withFeatures.map(({ product, attachments }) => [product.id, attachments]));
  const named = namePlans(
    withFeatures.map(({ product }) => product),
    metadataKey,
  );
  const attached = content.products.flatMap(({ attachments }) => attachments);
  const ofRejected = attached.filter(({ feature }) => rejectedIds.has(feature.id)).length;
  const ofKept = attached.filter(({ feature }) => kept.has(feature.id)).length;
  return {
    features,
    plans: named
      .map((plan) => ({ ...plan, attachments: attachmentsById.get(plan.product.id) ?? [] }))
      .toSorted((one, other) => compare(one.plan, other.plan)),
    leftOut: {
      archivedFeatures: content.archivedFeatures.length,
      archivedProducts: content.otherProducts.length,
      productsWithoutFeatures: products.length - withFeatures.length,
      attachmentsOfArchivedFeatures: attached.length - ofKept - ofRejected,
      rejectedFeatures: rejected.map(({ feature: { id, lookupKey }, reason = "" }) => ({ id, lookupKey, reason })),
      attachmentsOfRejectedFeatures: ofRejected,
    },
  };
}

/** Returns the product id of each plan. */
export function productsOf({ plans }: AccountDeclaration): PlanProducts {
  return Object.fromEntries(plans.map(({ plan, product }) => [plan, product.id]));
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
