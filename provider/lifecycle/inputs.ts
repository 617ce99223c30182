import { z } from "zod";
import { faultOfText } from "../catalog/index";
import type { CheckFailure, CheckResult } from "./resource-rules";
import { isUnknown } from "./unknown";

// The serialized provider is the engine's own, and no declaration.
const enginesOwn = ["__provider"];

/**
 * Holds the declared properties against their rules. What is known only after an update passes, and is looked at again then.
 */
export function checkAgainst(rules: z.ZodObject, news: Readonly<Record<string, unknown>>): CheckResult {
  const declared = Object.entries(news).filter(([name, value]) => value != null && !enginesOwn.includes(name));
  const inputs = Object.fromEntries(declared);
  const pending = Object.keys(inputs).filter((name) => name in rules.shape && isUnknown(inputs[name]));
  const parsed = rulesWithout(pending, rules).safeParse(inputs);
  return { inputs, failures: parsed.success ? [] : parsed.error.issues.flatMap(toFailures) };
}

/** zod compiles each schema at its first use, which takes a hundred times longer than the parse. */
const relaxed = new WeakMap<z.ZodObject, Map<string, z.ZodObject>>();

/** The rules, but for the properties that are pending. */
function rulesWithout(pending: readonly string[], rules: z.ZodObject): z.ZodObject {
  if (pending.length === 0) return rules;
  const ofRules = relaxed.get(rules) ?? new Map<string, z.ZodObject>();
  relaxed.set(rules, ofRules);
  const key = pending.join();
  const known = ofRules.get(key) ?? rules.extend(Object.fromEntries(pending.map((name) => [name, z.unknown()])));
  ofRules.set(key, known);
  return known;
}

function toFailures(issue: z.core.$ZodIssue): CheckFailure[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((property) => ({ property, reason: "is not a property of this resource" }));
  }
  const [property = "", ...inside] = issue.path;
  const where = inside.length > 0 ? `${JSON.stringify(inside.join("."))}: ` : "";
  // Of a bad key zod says only that it is one; the rule it breaks is inside.
  const { message } = (issue.code === "invalid_key" && issue.issues[0]) || issue;
  return [{ property: String(property), reason: where + message }];
}

/** A text of 1 to `max` characters. */
export function text(max: number): z.ZodString {
  const faultOf = (value: unknown) => faultOfText(value, max);
  return z.string({ error: ({ input }) => faultOf(input) }).check(refuses(faultOf));
}

/** A rule that says why a value is wrong, or nothing. */
export function refuses<T>(faultOf: (value: T) => string | undefined): z.core.CheckFn<T> {
  return ({ value, issues }) => {
    const message = faultOf(value);
    if (message !== undefined) issues.push({ code: "custom", message, input: value });
  };
}

export function mustBeOneOf(values: readonly string[]): string {
  return `must be one of ${values.join(", ")}`;
}

/** Whether a property that cannot be changed in place has changed. What was imported knows its properties only after a refresh. */
export function isOther(old: string | undefined, declared: string): boolean {
  return old !== undefined && old !== declared;
}
