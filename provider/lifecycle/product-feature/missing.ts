import { EntitlementsError } from "../errors";
import type { ProductFeatureInputs } from "./properties";
import { subjectOf } from "./state";

/** Returns the error for an attachment of an archived feature (S27). */
export function archivedFeature(inputs: ProductFeatureInputs): EntitlementsError {
  const what = "the feature is archived, and an archived feature cannot be attached";
  return new EntitlementsError(`${subjectOf(inputs)}: ${what}`, {
    kind: "archived",
    hint:
      "Run `pulumi up --refresh`: it creates a feature that is still declared again, and attaches it. " +
      "If the program names the feature by its id, use the id of an active feature.",
  });
}

/**
 * Returns the error that names the object that does not exist: Stripe's 404 to an attach may mean
 * the product or the feature (S31).
 */
export function notFound(
  inputs: Partial<ProductFeatureInputs>,
  what: "product" | "feature",
  requestId?: string,
): EntitlementsError {
  const id = what === "product" ? inputs.product : inputs.entitlementFeature;
  return new EntitlementsError(`${subjectOf(inputs)}: ${what} ${id} does not exist in this account and mode`, {
    kind: "missing",
    hint: "Check the id, and that the API key belongs to the account and mode that has it.",
    requestId,
  });
}
