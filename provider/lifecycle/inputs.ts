import { textIssue } from "../catalog/limits";
import * as z from "../zod";
import type { CheckFailure, CheckResult, UncheckedInputs } from "./resource-rules";

/**
 * The value that the engine sends at preview for what only the update will know:
 * `runtime.unknownValue` of @pulumi/pulumi. It is repeated here because the rules do not import
 * Pulumi. A test compares the two.
 */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function isUnknown(value: unknown): boolean {
  return value === unknownValue;
}

/** Whether the value is a string that is known now. */
export function isKnownText(value: unknown): value is string {
  return typeof value === "string" && !isUnknown(value);
}

/** Returns the inputs that are strings and known now. */
export function knownTexts(inputs: UncheckedInputs): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(inputs).filter((entry): entry is [string, string] => isKnownText(entry[1])));
}

/**
 * Compares the declared properties with their schema. An unknown value passes: the update checks it
 * again.
 */
export function validateInputs(schema: z.ZodObject, news: UncheckedInputs): CheckResult {
  const inputs = Object.fromEntries(Object.entries(news).filter(([, value]) => value != null));
  const unknowns = Object.keys(inputs).filter((name) => name in schema.shape && isUnknown(inputs[name]));
  const parsed = schemaWithoutUnknowns(schema, unknowns).safeParse(inputs);
  return { inputs, failures: parsed.success ? [] : parsed.error.issues.flatMap(toFailures) };
}

// zod compiles a schema at its first use, which takes a hundred times longer than a parse.
const relaxedSchemas = new WeakMap<z.ZodObject, Map<string, z.ZodObject>>();

/** Returns the schema without the limits of the properties that are unknown. */
function schemaWithoutUnknowns(schema: z.ZodObject, unknowns: readonly string[]): z.ZodObject {
  if (unknowns.length === 0) return schema;
  const relaxed = relaxedSchemas.get(schema) ?? new Map<string, z.ZodObject>();
  relaxedSchemas.set(schema, relaxed);
  const key = unknowns.join();
  const known = relaxed.get(key) ?? schema.extend(Object.fromEntries(unknowns.map((name) => [name, z.unknown()])));
  relaxed.set(key, known);
  return known;
}

function toFailures(issue: z.core.$ZodIssue): CheckFailure[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((property) => ({ property, reason: "is not a property of this resource" }));
  }
  const [property = "", ...inside] = issue.path;
  const where = inside.length > 0 ? `${JSON.stringify(inside.join("."))}: ` : "";
  // The issue of a bad key names the key only. The limit that it breaks is in the inner issue.
  const { message } = (issue.code === "invalid_key" && issue.issues[0]) || issue;
  return [{ property: String(property), reason: where + message }];
}

/**
 * Returns the schema of a text of 1 to `max` characters.
 *
 * @param missing the reason where there is no value
 */
export function text(max: number, missing?: string): z.ZodString {
  const findIssue = (value: unknown) => (value === undefined && missing) || textIssue(value, max);
  return z.string({ error: ({ input }) => findIssue(input) }).check(rejectIf(findIssue));
}

/** Returns a zod check that fails with the text that `findIssue` returns. */
export function rejectIf<T>(findIssue: (value: T) => string | undefined): z.core.CheckFn<T> {
  return ({ value, issues }) => {
    const message = findIssue(value);
    if (message !== undefined) issues.push({ code: "custom", message, input: value });
  };
}

/** Returns the schema of one of `values`. */
export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, `must be one of ${values.join(", ")}`);
}
