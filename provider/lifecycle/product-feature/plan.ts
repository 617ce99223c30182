import { assertConfiguredMode, assertSameMode, assertStateAsConfigured } from "../account/account";
import type { LocalContext } from "../context";
import { isKnownText, knownTexts, validateInputs } from "../inputs";
import { diffOf, schemaOf } from "../properties";
import type { CheckFailure, CheckRequest, CheckResult, DiffResult, UncheckedInputs } from "../resource-rules";
import { attachmentKey, type ProductFeatureInputs, productFeatureProperties } from "./properties";
import { isFirstRead, type ProductFeatureState, subjectOf } from "./state";

const productFeatureSchema = schemaOf(productFeatureProperties);

export function check(context: LocalContext, { owner, olds, news }: CheckRequest): CheckResult {
  const subject = subjectOf(knownTexts({ ...news, owner }));
  assertConfiguredMode(subject, context);
  const declared = { ...news, owner: context.ownership === "none" ? undefined : owner };
  const { inputs, failures: invalid } = validateInputs(productFeatureSchema, declared);
  context.programActivity.note();
  const failures = [...invalid, ...duplicateFailures(context, olds, inputs)];
  if (failures.length > 0) context.failures.record(subject);
  return { inputs, failures };
}

/** Records the declaration, and reports another resource with the same pair. */
function duplicateFailures(
  { declarations, stackMarkers }: LocalContext,
  olds: UncheckedInputs,
  { product, entitlementFeature, owner, adopt }: UncheckedInputs,
): CheckFailure[] {
  if (!isKnownText(product) || !isKnownText(entitlementFeature)) return [];
  const declarer = { owner: owner as string | undefined, adopt: adopt as ProductFeatureInputs["adopt"] };
  stackMarkers.recordOwner(declarer.owner);
  const isSame = olds["product"] === product && olds["entitlementFeature"] === entitlementFeature;
  const previous = isSame ? { owner: olds["owner"] as string | undefined } : undefined;
  const other = declarations.productFeatures.record(attachmentKey({ product, entitlementFeature }), declarer, previous);
  if (other === undefined) return [];
  const reason = `${other} already declares ${entitlementFeature} on ${product}, and a feature is attached to a product once`;
  return [{ property: "entitlementFeature", reason }];
}

export function diff(
  context: LocalContext,
  id: string,
  olds: ProductFeatureState,
  news: ProductFeatureInputs,
): DiffResult {
  // Recorded before a key is rejected: a new attachment must not be created where that key leads.
  const subject = subjectOf(olds, id);
  context.knownAccounts.record(subject, { ...olds, feature: olds.entitlementFeature });
  assertSameMode(subject, olds, context.keyMode, context.knownAccounts);
  assertStateAsConfigured(subject, olds, context);
  // The engine attaches the new pair before it detaches the old one, so customers always have the
  // feature. A forced replacement adopts the attachment that the resource has.
  const { changed, replaces } = diffOf(productFeatureProperties, olds, news);
  const { declarations, replacements } = context;
  if (replaces.length > 0) replacements.recordReplacedPair(id, attachmentKey(news));
  // A refresh compares with the inputs of the state, which the program may not declare any more.
  else if (declarations.productFeatures.isDeclared(attachmentKey(news))) {
    declarations.productFeatures.recordHeldId(attachmentKey(news), id);
  }
  const outdated = [isFirstRead(olds) ? "livemode" : [], staleOwner(context, olds) ?? []].flat();
  return { changed: [...changed, ...outdated], replaces };
}

/**
 * Returns the property that is out of date about the owner of the feature: this stack has taken the
 * feature over since, or another stack has it now and the program does not declare it. Undefined
 * when the state is current.
 */
function staleOwner(
  { declarations, stackMarkers }: LocalContext,
  { entitlementFeature, lookupKey, featureOwner, newFeatureOwner }: ProductFeatureState,
): "featureOwner" | "newFeatureOwner" | undefined {
  const recorded = newFeatureOwner === undefined ? undefined : "newFeatureOwner";
  if (stackMarkers.isOwnedFeature(entitlementFeature)) return featureOwner === undefined ? recorded : "featureOwner";
  return declarations.features.isDeclared(lookupKey) ? undefined : recorded;
}
