import { findCycles } from "./cycles";
import { CatalogError, type CatalogIssue } from "./errors";
import { maxMetadataValueLength, maxTextLength, metadataKeyIssue, metadataSizeIssue, textIssue } from "./limits";
import { quoted, suggestion } from "./message-text";
import { isObject, isPlainObject, ownValue, type Properties } from "./objects";

/**
 * Assigning to this key changes an object's prototype. Code that copies a catalog would lose it.
 */
const unsafeKey = "__proto__";

type Path = readonly (string | number)[];
type Issue = readonly [path: Path, reason: string];

/**
 * Checks a declaration.
 *
 * @throws CatalogError with every mistake of the declaration.
 */
export function assertValidDeclaration(declaration: unknown): void {
  const issues = declarationIssues(declaration).map(
    ([path, reason]): CatalogIssue => ({ path: pathText(path), reason }),
  );
  if (issues.length === 0) return;
  const lines = issues.map(({ path, reason }) => `${path === "" ? "the declaration" : path}: ${reason}`);
  const details = lines.length === 1 ? ` ${lines[0]}` : `\n  ${lines.join("\n  ")}`;
  throw new CatalogError(`The catalog is invalid:${details}`, {
    hint: `Correct the declaration at ${lines.length === 1 ? "this path" : "these paths"}.`,
    issues,
  });
}

/** Returns `plans.enterprise.features[2]` or `plans["my plan"]`. */
function pathText(path: Path): string {
  const steps = path.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${quoted(step)}]`;
  });
  return steps.join("").replace(/^\./, "");
}

function declarationIssues(declaration: unknown): readonly Issue[] {
  if (!isPlainObject(declaration)) return [[[], "must be a plain object with features and plans"]];
  const [features, plans] = [ownValue(declaration, "features"), ownValue(declaration, "plans")];
  const featureKeys = isPlainObject(features) ? Object.keys(features) : [];
  const planNames = isPlainObject(plans) ? Object.keys(plans) : [];
  return [
    ...unknownPropertyIssues([], declaration, ["features", "plans"]),
    ...entryIssues("features", features, featureIssues),
    ...entryIssues("plans", plans, (path, plan) => planIssues(path, plan, featureKeys, planNames)),
    ...cycleIssues(isPlainObject(plans) ? plans : {}),
  ];
}

function entryIssues(
  property: string,
  entries: unknown,
  issuesOf: (path: Path, entry: unknown) => readonly Issue[],
): readonly Issue[] {
  if (entries === undefined) return [[[property], "is required"]];
  if (!isPlainObject(entries)) return [[[property], "must be a plain object"]];
  return Object.entries(entries).flatMap(([key, entry]) => {
    const path = [property, key];
    const reason = key === unsafeKey ? `must not be ${unsafeKey}` : textIssue(key, maxTextLength);
    const keyIssues: readonly Issue[] = reason === undefined ? [] : [[path, `a key ${reason}`]];
    return [...keyIssues, ...issuesOf(path, entry)];
  });
}

function featureIssues(path: Path, feature: unknown): readonly Issue[] {
  if (!isPlainObject(feature)) return [[path, "must be a plain object with name and metadata"]];
  const reason = textIssue(ownValue(feature, "name"), maxTextLength);
  const nameIssues: readonly Issue[] = reason === undefined ? [] : [[[...path, "name"], reason]];
  return [
    ...unknownPropertyIssues(path, feature, ["name", "metadata"]),
    ...nameIssues,
    ...metadataIssues([...path, "metadata"], ownValue(feature, "metadata")),
  ];
}

function metadataIssues(path: Path, metadata: unknown): readonly Issue[] {
  if (metadata === undefined) return [];
  if (!isObject(metadata) || Array.isArray(metadata)) return [[path, "must be a map of strings"]];
  if (!isPlainObject(metadata)) return [[path, "must be a map of strings as a plain object"]];
  if (Object.hasOwn(metadata, unsafeKey)) return [[path, `cannot hold the key ${unsafeKey}`]];
  const entries = Object.entries(metadata);
  // A catalog does not know whether its stack writes markers, so it leaves room for one.
  const tooMany = metadataSizeIssue(entries.length, true);
  const sizeIssues: readonly Issue[] = tooMany === undefined ? [] : [[path, tooMany]];
  const issuesOfEntries = entries.flatMap(([key, value]) =>
    [metadataKeyIssue(key), textIssue(value, maxMetadataValueLength)]
      .filter((reason) => reason !== undefined)
      .map((reason): Issue => [[...path, key], reason]),
  );
  return [...sizeIssues, ...issuesOfEntries];
}

function planIssues(
  path: Path,
  plan: unknown,
  featureKeys: readonly string[],
  planNames: readonly string[],
): readonly Issue[] {
  if (!isPlainObject(plan)) return [[path, "must be a plain object with features and includes"]];
  return [
    ...unknownPropertyIssues(path, plan, ["features", "includes"]),
    ...listIssues([...path, "features"], ownValue(plan, "features"), "feature", featureKeys),
    ...listIssues([...path, "includes"], ownValue(plan, "includes"), "plan", planNames),
  ];
}

function listIssues(path: Path, list: unknown, kind: "feature" | "plan", known: readonly string[]): readonly Issue[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) return [[path, "must be a list"]];
  // `Array.from` also visits the holes of a sparse array.
  return Array.from(list, (item: unknown, index): readonly Issue[] => {
    const reason = itemIssue(item, index, list, kind, known);
    return reason === undefined ? [] : [[[...path, index], reason]];
  }).flat();
}

function itemIssue(
  item: unknown,
  index: number,
  list: readonly unknown[],
  kind: "feature" | "plan",
  known: readonly string[],
): string | undefined {
  if (typeof item !== "string") return "must be a string";
  if (!known.includes(item)) return `${quoted(item)} is not a ${kind} of this catalog${suggestion(item, known)}`;
  const first = list.indexOf(item);
  return first < index ? `${quoted(item)} is already listed at [${first}]` : undefined;
}

function cycleIssues(plans: Properties): readonly Issue[] {
  const includes = new Map(Object.entries(plans).map(([name, plan]) => [name, includesOf(plan)]));
  return findCycles(includes).map((cycle) => [["plans", cycle[0], "includes"], `is a cycle: ${cycle.join(" → ")}`]);
}

function includesOf(plan: unknown): readonly string[] {
  const includes = isPlainObject(plan) ? ownValue(plan, "includes") : undefined;
  return Array.isArray(includes) ? [...new Set(includes.filter((item) => typeof item === "string"))] : [];
}

function unknownPropertyIssues(path: Path, value: Properties, known: readonly string[]): readonly Issue[] {
  const unknown = Object.keys(value).filter((property) => !known.includes(property));
  return unknown.map((property) => [[...path, property], `is not a known property${suggestion(property, known)}`]);
}
