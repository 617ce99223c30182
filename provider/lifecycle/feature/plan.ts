import { metadataSizeIssue } from "../../catalog/limits";
import { assertConfiguredMode, assertSameMode, assertStateAsConfigured } from "../account/account";
import type { LocalContext } from "../context";
import { isKnownText, knownTexts, validateInputs } from "../inputs";
import { diffOf, schemaOf } from "../properties";
import type {
  CheckFailure,
  CheckRequest,
  CheckResult,
  DiffResult,
  ReadResult,
  UncheckedInputs,
} from "../resource-rules";
import type { Successor } from "../run/replacements";
import { type FeatureInputs, featureProperties } from "./properties";
import { type FeatureState, isImported, recordedMarker, subjectOf } from "./state";
import { assertMayImport, assertMayTakeOver } from "./takeover";
import { textFailures } from "./texts";

const featureSchema = schemaOf(featureProperties);

export function check(
  context: LocalContext,
  { owner, olds, news }: CheckRequest,
  imported?: ReadResult<FeatureInputs, FeatureState>,
): CheckResult {
  const subject = subjectOf(knownTexts({ ...news, owner }));
  assertConfiguredMode(subject, context);
  const declared = { ...news, owner: context.ownership === "none" ? undefined : owner };
  const { inputs, failures: invalid } = validateInputs(featureSchema, declared);
  if (imported !== undefined && invalid.length === 0) assertMayHaveImported(context, owner, imported, inputs);
  context.programActivity.note();
  const failures = [
    ...invalid,
    ...unsafeKeyFailures(inputs),
    ...metadataSizeFailures(inputs),
    ...duplicateFailures(context, olds, inputs),
    ...textFailures(context, subject, olds, inputs),
  ];
  if (failures.length > 0) context.failures.record(subject);
  return { inputs, failures };
}

function assertMayHaveImported(
  context: LocalContext,
  owner: string | undefined,
  { id, props }: ReadResult<FeatureInputs, FeatureState>,
  inputs: UncheckedInputs,
): void {
  const { adopt } = inputs as Partial<FeatureInputs>;
  // The policy may turn out to be `any`.
  if (adopt !== undefined && !isKnownText(adopt)) return;
  const subject = subjectOf(knownTexts({ lookupKey: props.lookupKey, owner }), id);
  assertMayImport(context, subject, recordedMarker(props), inputs as Partial<FeatureInputs>);
}

/** JavaScript takes this key for the object's prototype, and drops it on the way to Stripe. */
function unsafeKeyFailures({ metadata }: UncheckedInputs): CheckFailure[] {
  if (typeof metadata !== "object" || !Object.keys(metadata ?? {}).includes("__proto__")) return [];
  return [{ property: "metadata", reason: "cannot hold the key __proto__" }];
}

function metadataSizeFailures({ metadata, owner }: UncheckedInputs): CheckFailure[] {
  if (typeof metadata !== "object") return [];
  const reason = metadataSizeIssue(Object.keys(metadata ?? {}).length, owner !== undefined);
  return reason === undefined ? [] : [{ property: "metadata", reason }];
}

/** Records the declaration, and reports another resource with the same lookup key. */
function duplicateFailures(
  { declarations, stackMarkers, replacements }: LocalContext,
  olds: UncheckedInputs,
  { lookupKey, owner, adopt }: UncheckedInputs,
): CheckFailure[] {
  const declarer = { owner: owner as string | undefined, adopt: adopt as Successor["adopt"] };
  if (!isKnownText(lookupKey)) {
    declarations.features.recordUnknown(declarer.owner);
    return [];
  }
  stackMarkers.recordOwner(declarer.owner);
  const previous = olds["lookupKey"] === lookupKey ? { owner: olds["owner"] as string | undefined } : undefined;
  if (previous === undefined) replacements.recordNew({ lookupKey, ...declarer });
  const other = declarations.features.record(lookupKey, declarer, previous);
  if (other === undefined) return [];
  const reason = `${other} already declares "${lookupKey}", and a lookup key names one active feature`;
  return [{ property: "lookupKey", reason }];
}

export function diff(context: LocalContext, id: string, olds: FeatureState, news: FeatureInputs): DiffResult {
  // Recorded before a key is rejected: a new feature must not be created where that key leads.
  const subject = subjectOf(olds, id);
  context.knownAccounts.record(subject, { ...olds, feature: id });
  assertSameMode(subject, olds, context.keyMode, context.knownAccounts);
  assertStateAsConfigured(subject, olds, context);
  // The engine creates the new feature before it archives the old one, so customers always have
  // one. A forced replacement adopts the feature that the resource has.
  const { changed, replaces } = diffOf(featureProperties, olds, news);
  // A refresh compares an imported feature with the inputs of the import, which have no key.
  const isReplaced = replaces.length > 0 && news.lookupKey !== undefined;
  if (isReplaced) context.replacements.recordReplaced(id, news);
  else recordKept(context, id, olds, news);
  const outdated = [olds.marker !== undefined ? "marker" : [], isImported(olds) ? "livemode" : []].flat();
  return { changed: [...changed, ...outdated], replaces };
}

/** Records a feature whose resource keeps it. Throws if it is another stack's. */
function recordKept(context: LocalContext, id: string, olds: FeatureState, news: FeatureInputs): void {
  const { declarations, stackMarkers } = context;
  // A refresh compares, too, with the inputs of the state. The program may not declare them any
  // more.
  if (!declarations.features.isDeclared(news.lookupKey)) return;
  if (olds.marker !== undefined) {
    assertMayTakeOver(context, subjectOf(news, id), recordedMarker(olds), news, olds.owner);
  }
  declarations.features.recordHeldId(news.lookupKey, id);
  if (news.owner !== undefined) stackMarkers.recordOwnedFeature(id);
}
