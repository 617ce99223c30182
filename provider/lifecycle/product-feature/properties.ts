import { maxMetadataValueLength } from "../../catalog/limits";
import { oneOf, rejectIf, text } from "../inputs";
import { type AdoptionPolicy, adoptionPolicies } from "../ownership/policy";
import type { PropertyTable } from "../properties";
import type { AskedObject } from "../run/other-processes";

/** A ProductFeature, the attachment of a feature to a product, as a program declares it. */
export interface ProductFeatureInputs {
  /** `prod_…`, or the id that the product's creator chose. */
  readonly product: string;
  /** `feat_…` */
  readonly entitlementFeature: string;
  /**
   * The resource, `<project>/<stack>/<resource name>`. Absent where the stack writes no markers.
   */
  readonly owner?: string;
  readonly adopt?: AdoptionPolicy;
}

/** Far longer than any id of Stripe's. A longer text is a mistake. */
const maxIdLength = 255;
const featureIdPrefix = "feat_";

/** Prefixes of the ids that may be taken for a product's: S1, S18, https://docs.stripe.com/api */
const otherKinds: ReadonlyMap<string, string> = new Map([
  ["price", "a price"],
  ["plan", "a price"],
  ["feat", "a feature"],
  ["prodft", "an attachment"],
  ["cus", "a customer"],
  ["sub", "a subscription"],
]);

// Letters and digits as Stripe generates them. A name such as plan_EnterpriseAnnual2024 has no
// digit before a letter.
const generatedId = /^([a-z]+)_(?:test_)?(?=.*[A-Z])(?=.*[a-z])(?=.*\d[A-Za-z])[A-Za-z0-9]{14,}$/;

// A product's id can be chosen freely (S34), so only an id that is certainly another one's is
// rejected. "." and ".." would change the path of the request.
const productId = text(maxIdLength)
  .refine((id) => id !== "." && id !== "..", "is not the id of a product")
  .check(rejectIf(findOtherKind));

// The engine sends no id of a feature that `--target` or `--exclude` leaves out before it exists.
const missingFeatureId = "is required. If --target or --exclude leaves out its Feature, select the Feature too";

const featureId = text(maxIdLength, missingFeatureId).refine(
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

function findOtherKind(id: string): string | undefined {
  const kind = otherKinds.get(generatedId.exec(id)?.[1] ?? "");
  return kind && `is the id of ${kind}, not of a product: pass the id of the product (prod_…)`;
}

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

/** Returns the attachment as other processes are asked about it. */
export function askedAttachment(
  inputs: Pick<ProductFeatureInputs, "product" | "entitlementFeature" | "owner">,
  id: string,
) {
  const { entitlementFeature: feature, owner } = inputs;
  return { kind: "productFeatures", key: attachmentKey(inputs), id, feature, owner } as const satisfies AskedObject;
}
