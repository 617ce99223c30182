import { z } from "zod";
import { checkAgainst, mustBeOneOf, text } from "../inputs";
import { refuseConfiguredMode } from "../account/guard";
import { adoptionPolicies } from "../ownership/policy";
import type { CheckFailure, CheckResult, UncheckedInputs } from "../resource-rules";
import type { Run } from "../run/run";
import type { LocalContext } from "../session";
import { isUnknown } from "../unknown";
import { identityOf } from "./state";

/** Far longer than any id of Stripe's, and than any marker that a feature can hold: what is longer is a mistake. */
const maxIdLength = 255;
const maxOwnerLength = 500;
const featureIdPrefix = "feat_";

const productFeatureRules = z.strictObject({
  // A product's id can be chosen freely, but these two would lead its address elsewhere.
  product: text(maxIdLength).refine((id) => id !== "." && id !== "..", "is not the id of a product"),
  entitlementFeature: text(maxIdLength).refine(
    (id) => id.startsWith(featureIdPrefix),
    `must be the id of a feature (${featureIdPrefix}…), not its lookup key: pass the \`id\` of a Feature resource`,
  ),
  owner: text(maxOwnerLength).optional(),
  adopt: z.enum(adoptionPolicies, mustBeOneOf(adoptionPolicies)).optional(),
});

export function check(session: LocalContext, olds: UncheckedInputs, news: UncheckedInputs): CheckResult {
  refuseConfiguredMode("ProductFeature", session.configuredMode, session.keyMode);
  const { owner, ...declared } = news;
  const { inputs, failures: faults } = checkAgainst(
    productFeatureRules,
    session.ownership === "none" ? declared : { ...declared, owner },
  );
  const failures = [...faults, ...declaredTwice(session.run, olds, inputs)];
  if (failures.length > 0) session.run.fails("the check of a ProductFeature");
  return { inputs, failures };
}

function declaredTwice(
  run: Run,
  olds: UncheckedInputs,
  { product, entitlementFeature, owner }: UncheckedInputs,
): CheckFailure[] {
  if (!isKnownText(product) || !isKnownText(entitlementFeature)) return [];
  const isSame = olds["product"] === product && olds["entitlementFeature"] === entitlementFeature;
  const had = isSame ? { owner: olds["owner"] as string | undefined } : undefined;
  const other = run.declare(identityOf({ product, entitlementFeature }), owner as string | undefined, had);
  if (other === undefined) return [];
  const reason = `of ${entitlementFeature} on ${product} is declared by ${other} already, and can be once only`;
  return [{ property: "entitlementFeature", reason }];
}

function isKnownText(value: unknown): value is string {
  return typeof value === "string" && !isUnknown(value);
}
