/**
 * One declaration of features and plans, for the Pulumi program and for the application. This module imports nothing: an application that
 * uses it loads one file. So the rules for names, keys and metadata are here, and the engine's side takes them from here.
 */
import type {
  ActiveEntitlement,
  ActiveEntitlementPage,
  ActiveEntitlements,
  Catalog,
  Entitlements,
  FeatureDeclaration,
  FeaturesOf,
  NameIn,
  ParsedCatalog,
  PlanDeclaration,
  PlanFeature,
  PlansOf,
} from "./types";

export type {
  ActiveEntitlement,
  ActiveEntitlementPage,
  ActiveEntitlementSummary,
  ActiveEntitlements,
  Catalog,
  CatalogMatrix,
  Entitlements,
  FeatureDeclaration,
  FeatureKeyOf,
  FeaturesOf,
  // A program that is compiled with `declaration` has to name what its exports are made of.
  Includes,
  KeyInPlan,
  ListActiveEntitlements,
  NameIn,
  ParsedCatalog,
  PlanDeclaration,
  PlanFeature,
  PlanOf,
  PlansOf,
  Reached,
} from "./types";

/**
 * Declares features and plans. Keys and names are inferred as they are written; a plan that names a feature or a plan that is not there, and
 * a cycle of includes, are errors of the compiler.
 *
 * @example
 * ```ts
 * export const catalog = defineCatalog({
 *   features: { sso: { name: "Single sign-on" }, "audit-log": { name: "Audit log" } },
 *   plans: { team: { features: ["audit-log"] }, enterprise: { includes: ["team"], features: ["sso"] } },
 * });
 * export type FeatureKey = FeatureKeyOf<typeof catalog>; // "sso" | "audit-log"
 * ```
 * @throws CatalogError with all that is wrong.
 */
export function defineCatalog<Features, const Plans extends PlansOf<Features, Plans>>(declaration: {
  readonly features: FeaturesOf<Features>;
  readonly plans: Plans;
}): Catalog<NameIn<Features>, Plans> {
  return parseCatalog(declaration) as Catalog<NameIn<Features>, Plans>;
}

/**
 * The same for a declaration that the compiler does not know in full: a JSON file that is imported, whose lists are any texts to TypeScript, or
 * what was read while running. What the type does say, the keys of an imported file among it, goes into the catalog's type.
 *
 * @example
 * ```ts
 * import declaration from "./catalog.json";
 *
 * export const catalog = parseCatalog(declaration);
 * ```
 * @throws CatalogError with all that is wrong.
 */
export function parseCatalog<const Declaration>(declaration: Declaration): ParsedCatalog<Declaration> {
  const faults = faultsOf(declaration);
  if (faults.length > 0) throw faultyCatalog(faults);
  return catalogOf(frozenCopy(declaration) as unknown as Declared) as unknown as ParsedCatalog<Declaration>;
}

/** A mistake in a declaration, and where it is. */
export interface CatalogFault {
  /** `plans.enterprise.features[2]`. */
  readonly path: string;
  readonly reason: string;
}

/**
 * A catalog that cannot be as it is declared, or a list that does not say what a customer may use. Its message ends with the hint. In a Pulumi
 * program it is shown like a RunError: the message alone, without a stack trace.
 */
export class CatalogError extends Error {
  declare readonly name: "CatalogError";
  static {
    // Of the class, so that it is there when the stack trace is made.
    Object.defineProperty(CatalogError.prototype, "name", { value: "CatalogError" });
  }
  /** What to do about it, as a sentence. */
  declare readonly hint: string;
  /** All mistakes of a declaration; empty for other errors. */
  declare readonly faults: readonly CatalogFault[];

  constructor(
    message: string,
    { hint, faults = [] }: { readonly hint: string; readonly faults?: readonly CatalogFault[] },
  ) {
    super(`${message}\n${hint}`);
    // By this property Pulumi's RunError.isInstance knows an error of any copy of the SDK [sdk]; a RunError itself would have to be imported. None
    // of the properties is enumerable: Node prints those that are below an error that nobody catches, and the message says it all.
    const properties = { hint, faults, __pulumiRunError: true };
    for (const [property, value] of Object.entries(properties)) Object.defineProperty(this, property, { value });
  }
}

/** Tells by name, because two copies of the package may be loaded in one process. */
export function isCatalogError(error: unknown): error is CatalogError {
  return error instanceof Error && error.name === "CatalogError";
}

/** Of lookup keys and names, in characters [spec]. @internal */
export const maxTextLength = 80;
/** Of metadata [docs]. */
const maxMetadataEntries = 50;
const maxMetadataKeyLength = 40;
/** Of metadata [docs]. It cannot be empty: Stripe takes an empty value as the wish to unset the key [spec]. @internal */
export const maxMetadataValueLength = 500;
/** The metadata entry by which a feature says which resource made it. Users never see it in `metadata`. @internal */
export const ownerKey = "pulumi_owner";

/** Why the value cannot be a text of 1 to `max` characters; undefined when it can. @internal */
export function faultOfText(value: unknown, max: number): string | undefined {
  if (value === undefined) return "is required";
  if (typeof value !== "string") return "must be a string";
  if (value === "") return "must not be empty";
  // Whether Stripe counts characters or bytes is not published: only what is too long either way is refused here [unknown].
  return [...value].length > max ? `must not be longer than ${max} characters` : undefined;
}

/** Why a text cannot be a key of metadata. @internal */
export function faultOfMetadataKey(key: string): string | undefined {
  const fault = faultOfText(key, maxMetadataKeyLength);
  if (fault !== undefined) return `a key ${fault}`;
  if (/[[\]]/.test(key)) return "a key must not contain [ or ]";
  return key === ownerKey ? "this key is the provider's own" : undefined;
}

/** Why metadata cannot have so many entries beside the marker, or in all where there is no marker. @internal */
export function faultOfMetadataSize(count: number, isMarked: boolean): string | undefined {
  const room = isMarked ? maxMetadataEntries - 1 : maxMetadataEntries;
  if (count <= room) return undefined;
  const why = isMarked
    ? `: Stripe keeps ${maxMetadataEntries}, and one of them is the provider's marker ${ownerKey}`
    : "";
  return `has ${count} keys, at most ${room} fit${why}`;
}

interface Declared {
  readonly features: Readonly<Record<string, FeatureDeclaration>>;
  readonly plans: Readonly<Record<string, PlanDeclaration>>;
}

function catalogOf({ features, plans }: Declared): Catalog {
  const featureKeys = Object.freeze(Object.keys(features));
  const planNames = Object.freeze(Object.keys(plans));
  const names = new Map(Object.entries(features).map(([key, { name }]) => [key, name]));
  const resolved = new Map(
    planNames.map((plan) => [plan, Object.freeze(resolve(plan, new Map(Object.entries(plans)), names))]),
  );
  const featuresOf = (plan: string) => resolved.get(plan) ?? noSuchPlan(plan, planNames);
  const rowOf = (key: string) =>
    planNames.map((plan) => [plan, featuresOf(plan).some((feature) => feature.key === key)] as const);
  const entitlementsOf = (active: ActiveEntitlements) => entitlementsAmong(featureKeys, lookupKeysOf(active));
  return Object.freeze<Catalog>({
    features,
    plans,
    featureKeys,
    planNames,
    featuresOf: featuresOf as Catalog["featuresOf"],
    matrix: () => Object.fromEntries(featureKeys.map((key) => [key, Object.fromEntries(rowOf(key))])),
    entitlementsOf,
    async entitlementsOfSummary(summary, listAll) {
      checkSummary(summary, listAll);
      if (!summary.entitlements.has_more) return entitlementsOf(summary.entitlements);
      const all: unknown = listAll(summary.customer);
      // What Stripe's SDK returns is a promise, too, but only of the first page.
      const active: unknown = isAsyncIterable(all) ? await Array.fromAsync(all) : await all;
      if (active === undefined || active === null) throw nothingListed(summary.customer);
      // Anything else that is no list is refused there.
      return entitlementsOf(active as ActiveEntitlements);
    },
  });
}

/** The features of a plan, each from the first that lists it: the plan itself, then what it includes, in order. */
function resolve(
  plan: string,
  plans: ReadonlyMap<string, PlanDeclaration>,
  names: ReadonlyMap<string, string>,
  found = new Map<string, PlanFeature>(),
  visited = new Set<string>(),
): readonly PlanFeature[] {
  visited.add(plan);
  const { features = [], includes = [] } = plans.get(plan) ?? {};
  for (const key of features) {
    if (!found.has(key)) found.set(key, Object.freeze({ key, name: names.get(key) ?? "", from: plan }));
  }
  for (const included of includes) {
    if (!visited.has(included)) resolve(included, plans, names, found, visited);
  }
  return [...found.values()];
}

function noSuchPlan(plan: unknown, planNames: readonly string[]): never {
  throw new CatalogError(`${quoted(plan)} is no plan of this catalog${suggestion(plan, planNames)}`, {
    hint: planNames.length === 0 ? "It has no plans." : `Its plans are ${planNames.map(quoted).join(", ")}.`,
  });
}

function entitlementsAmong(featureKeys: readonly string[], lookupKeys: readonly string[]): Entitlements {
  const declared = new Set(featureKeys);
  const keys = new Set(lookupKeys.filter((key) => declared.has(key)));
  return Object.freeze<Entitlements>({
    has(key) {
      if (declared.has(key)) return keys.has(key);
      throw new CatalogError(`${quoted(key)} is no feature of this catalog${suggestion(key, featureKeys)}`, {
        hint: "Correct the key, or declare the feature in the catalog. Keys that only Stripe knows are in `unknown`.",
      });
    },
    keys,
    unknown: new Set(lookupKeys.filter((key) => !declared.has(key))),
  });
}

function lookupKeysOf(active: ActiveEntitlements): string[] {
  return Array.from(completeList(active), (entitlement: ActiveEntitlement | null | undefined, index) => {
    const key: unknown = entitlement?.lookup_key;
    if (typeof key === "string") return key;
    throw new CatalogError(`item ${index} of the list has no lookup_key: it is no active entitlement`, {
      hint: `Pass what ${listCall} gives.`,
    });
  });
}

const listCall = "stripe.entitlements.activeEntitlements.list({ customer, limit: 100 })";
// The SDK's own upper limit; a customer has far fewer.
const listAllCall = `await ${listCall}.autoPagingToArray({ limit: 10_000 })`;

function completeList(active: ActiveEntitlements): Iterable<ActiveEntitlement> {
  if (isIterable(active)) return active;
  if (!isPage(active)) {
    throw new CatalogError("this is neither a list of active entitlements nor a page of one", {
      hint: `Pass \`${listAllCall}\`; a promise has to be awaited.`,
    });
  }
  if (!active.has_more) return active.data;
  throw new CatalogError(
    `the list of active entitlements is incomplete: Stripe has more than the ${[...active.data].length} on this page, and a key that is ` +
      "missing would take away what the customer pays for",
    {
      hint: `Pass all pages: \`${listAllCall}\`, or in a webhook use \`entitlementsOfSummary\`, which lists them when there are more.`,
    },
  );
}

function checkSummary(summary: unknown, listAll: unknown): void {
  if (!isObject(summary) || typeof summary["customer"] !== "string" || !isPage(summary["entitlements"])) {
    throw new CatalogError("this is no active entitlement summary", {
      hint: "Pass `event.data.object` of an `entitlements.active_entitlement_summary.updated` event.",
    });
  }
  // Also when this customer has few entitlements: the next one may have more.
  if (typeof listAll !== "function") {
    throw new CatalogError("there is no function that lists all entitlements, and the event carries ten at most", {
      hint: `Pass one: \`(customer) => ${listCall}\`.`,
    });
  }
}

function isIterable(value: unknown): value is Iterable<ActiveEntitlement> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function nothingListed(customer: string): CatalogError {
  return new CatalogError(`the function that lists all entitlements of ${customer} returned nothing`, {
    hint: `Return the list: \`(customer) => ${listCall}\`.`,
  });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<ActiveEntitlement> {
  return isObject(value) && Symbol.asyncIterator in value;
}

function isPage(value: unknown): value is ActiveEntitlementPage {
  return isObject(value) && isIterable(value["data"]) && typeof value["has_more"] === "boolean";
}

type Path = readonly (string | number)[];
type Fault = readonly [path: Path, reason: string];

function faultyCatalog(faults: readonly Fault[]): CatalogError {
  const named = faults.map(([path, reason]) => ({ path: written(path), reason }));
  const lines = named.map(({ path, reason }) => `${path === "" ? "the declaration" : path}: ${reason}`);
  const message =
    lines.length === 1 ? `The catalog is wrong: ${lines[0]}` : `The catalog is wrong:\n  ${lines.join("\n  ")}`;
  return new CatalogError(message, { hint: "Correct the declaration at the path that is named.", faults: named });
}

/** `plans.enterprise.features[2]`. */
function written(path: Path): string {
  const steps = path.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${quoted(step)}]`;
  });
  return steps.join("").replace(/^\./, "");
}

function faultsOf(declaration: unknown): readonly Fault[] {
  if (!isPlainObject(declaration)) return [[[], "must be a plain object with features and plans"]];
  const [features, plans] = [own(declaration, "features"), own(declaration, "plans")];
  const featureKeys = isPlainObject(features) ? Object.keys(features) : [];
  const planNames = isPlainObject(plans) ? Object.keys(plans) : [];
  return [
    ...unknownProperties([], declaration, ["features", "plans"]),
    ...faultsOfEntries("features", features, faultsOfFeature),
    ...faultsOfEntries("plans", plans, (path, plan) => faultsOfPlan(path, plan, featureKeys, planNames)),
    ...cycles(isPlainObject(plans) ? plans : {}),
  ];
}

/** Assigning to it changes an object's prototype: what copies a catalog (Pulumi, an application) loses it. */
const unsafeKey = "__proto__";

function faultsOfEntries(
  property: string,
  entries: unknown,
  faultsOfEntry: (path: Path, entry: unknown) => readonly Fault[],
): readonly Fault[] {
  if (entries === undefined) return [[[property], "is required"]];
  if (!isPlainObject(entries)) return [[[property], "must be a plain object"]];
  return Object.entries(entries).flatMap(([key, entry]) => {
    const path = [property, key];
    const fault = key === unsafeKey ? `must not be ${unsafeKey}` : faultOfText(key, maxTextLength);
    return [...(fault === undefined ? [] : [[path, `a key ${fault}`] as const]), ...faultsOfEntry(path, entry)];
  });
}

function faultsOfFeature(path: Path, feature: unknown): readonly Fault[] {
  if (!isPlainObject(feature)) return [[path, "must be a plain object with name and metadata"]];
  const fault = faultOfText(own(feature, "name"), maxTextLength);
  return [
    ...unknownProperties(path, feature, ["name", "metadata"]),
    ...(fault === undefined ? [] : [[[...path, "name"], fault] as const]),
    ...faultsOfMetadata([...path, "metadata"], own(feature, "metadata")),
  ];
}

function faultsOfMetadata(path: Path, metadata: unknown): readonly Fault[] {
  if (metadata === undefined) return [];
  if (!isObject(metadata) || Array.isArray(metadata)) return [[path, "must be a map of strings"]];
  if (!isPlainObject(metadata)) return [[path, "must be a map of strings as a plain object"]];
  const entries = Object.entries(metadata);
  if (Object.hasOwn(metadata, unsafeKey)) return [[path, `cannot hold the key ${unsafeKey}`]];
  const size = faultOfMetadataSize(entries.length, true);
  const faults = entries.flatMap(([key, value]) =>
    [faultOfMetadataKey(key), faultOfText(value, maxMetadataValueLength)].flatMap((fault) =>
      fault === undefined ? [] : [[[...path, key], fault] as const],
    ),
  );
  return size === undefined ? faults : [[path, size], ...faults];
}

function faultsOfPlan(
  path: Path,
  plan: unknown,
  featureKeys: readonly string[],
  planNames: readonly string[],
): readonly Fault[] {
  if (!isPlainObject(plan)) return [[path, "must be a plain object with features and includes"]];
  return [
    ...unknownProperties(path, plan, ["features", "includes"]),
    ...faultsOfList([...path, "features"], own(plan, "features"), "feature", featureKeys),
    ...faultsOfList([...path, "includes"], own(plan, "includes"), "plan", planNames),
  ];
}

function faultsOfList(path: Path, list: unknown, kind: "feature" | "plan", known: readonly string[]): readonly Fault[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) return [[path, "must be a list"]];
  return Array.from(list, (item: unknown, index): Fault | undefined => {
    const where = [...path, index];
    if (typeof item !== "string") return [where, "must be a string"];
    if (!known.includes(item))
      return [where, `${quoted(item)} is no ${kind} of this catalog${suggestion(item, known)}`];
    const first = list.indexOf(item);
    return first < index ? [where, `${quoted(item)} is listed already, at [${first}]`] : undefined;
  }).filter((fault) => fault !== undefined);
}

/** A cycle for each `includes` that leads back to a plan on the way to it. */
function cycles(plans: Readonly<Record<string, unknown>>): readonly Fault[] {
  const includes = new Map(Object.entries(plans).map(([name, plan]) => [name, includesOf(plan)]));
  const faults: Fault[] = [];
  const done = new Set<string>();
  const follow = (plan: string, trail: readonly string[]): void => {
    const start = trail.indexOf(plan);
    if (start >= 0) {
      const cycle = [...trail.slice(start), plan];
      faults.push([["plans", plan, "includes"], `a cycle: ${cycle.join(" → ")}`]);
    } else if (!done.has(plan)) {
      for (const included of includes.get(plan) ?? []) follow(included, [...trail, plan]);
      done.add(plan);
    }
  };
  for (const plan of includes.keys()) follow(plan, []);
  return faults;
}

function includesOf(plan: unknown): readonly string[] {
  const includes = isPlainObject(plan) ? own(plan, "includes") : undefined;
  return Array.isArray(includes) ? [...new Set(includes.filter((item) => typeof item === "string"))] : [];
}

function unknownProperties(path: Path, value: Properties, known: readonly string[]): readonly Fault[] {
  const unknown = Object.keys(value).filter((property) => !known.includes(property));
  return unknown.map((property) => [[...path, property], `there is no such property${suggestion(property, known)}`]);
}

function suggestion(text: unknown, known: readonly string[]): string {
  if (typeof text !== "string") return "";
  const near = known
    .map((candidate) => ({ candidate, distance: distanceBetween(text.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= 2 && distance <= candidate.length / 2)
    .toSorted((one, other) => one.distance - other.distance);
  return near[0] === undefined ? "" : ` (did you mean ${quoted(near[0].candidate)}?)`;
}

/** Levenshtein's: how many letters have to be put in, taken out or replaced. */
function distanceBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [above, letter] of [...one].entries()) {
    const next = [above + 1];
    for (let at = 1; at <= other.length; at += 1) {
      const replaced = (row[at - 1] ?? 0) + (letter === other[at - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

type Properties = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}

/**
 * A Map and an instance of a class keep what they say where `Object.entries` does not see it, and would pass for empty: a program would archive
 * every feature. Told without `Object.prototype` itself, of which each realm (a test in Jest) has its own.
 */
function isPlainObject(value: unknown): value is Properties {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** What `Object.entries` gives for the property, and the copy has. */
function own(value: Properties, property: string): unknown {
  return Object.prototype.propertyIsEnumerable.call(value, property) ? value[property] : undefined;
}

/** A copy that nothing can change. */
function frozenCopy(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy));
  if (!isPlainObject(value)) return value;
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, frozenCopy(inner)])));
}

/** A text as JSON. What is none is named without a look inside, which could fail: a key that is not there at all may be anything. */
function quoted(text: unknown): string {
  if (typeof text === "string") return JSON.stringify(text);
  return text !== null && ["object", "function"].includes(typeof text) ? "an object" : String(text);
}
