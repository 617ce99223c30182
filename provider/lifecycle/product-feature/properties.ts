import { maxMetadataValueLength } from "../../catalog/limits";
import { oneOf, text } from "../inputs";
import { type AdoptionPolicy, adoptionPolicies } from "../ownership/policy";
import type { PropertyTable } from "../properties";

/** A ProductFeature, the attachment of a feature to a product, as a program declares it. */
export interface ProductFeatureInputs {
  /** `prod_…`, or the id that the product's creator chose. */
  readonly product: string;
  /** `feat_…` */
  readonly entitlementFeature: string;
  /** `<project>/<stack>/<resource name>`. Absent where the stack writes no markers. */
  readonly owner?: string;
  readonly adopt?: AdoptionPolicy;
}

/** Far longer than any id of Stripe's. A longer text is a mistake. */
const maxIdLength = 255;
const featureIdPrefix = "feat_";

// A product's id can be chosen freely (S34), but these two would change the path of the request.
const productId = text(maxIdLength).refine((id) => id !== "." && id !== "..", "is not the id of a product");

const featureId = text(maxIdLength).refine(
  (id) => id.startsWith(featureIdPrefix),
  `must be the id of a feature (${featureIdPrefix}…), not its lookup key: pass the \`id\` of a Feature resource`,
);

/**
 * The properties of an attachment. Check, diff, state and inputs derive from this table. An
 * attachment cannot be updated (S21).
 */
export const productFeatureProperties = {
  product: { schema: productId, change: "replace" },
  entitlementFeature: { schema: featureId, change: "replace" },
  owner: { schema: text(maxMetadataValueLength).optional(), change: "stateOnly" },
  adopt: { schema: oneOf(adoptionPolicies).optional(), change: "stateOnly" },
} as const satisfies PropertyTable<ProductFeatureInputs>;

/**
 * Returns the key of an attachment in the records of a run: Stripe attaches a feature to a product
 * once (S26). JSON, because a product's id may hold any separator.
 */
export function attachmentKey({
  product,
  entitlementFeature,
}: Pick<ProductFeatureInputs, "product" | "entitlementFeature">): string {
  return JSON.stringify([product, entitlementFeature]);
}
