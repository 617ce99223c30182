import qs from "qs";
import { z } from "zod";
import type { Choices } from "../choices";
import { type ErrorDetails, type Reference, StripeError } from "../errors";
import type { Listed, PageRequest } from "../store/newest-first";
import { textLength } from "../text-length";

/** The decoded parameters of a request, unchecked. */
export type Parameters = Readonly<Record<string, unknown>>;

const maxParameters = 1000;
const maxDepth = 5;
const maxPageSize = 100;
const defaultPageSize = 10;
const maxIdLength = 5000;

const prototypeName = "__proto__";
const namePattern = /^[^[\]]+(\[[^[\]]*\])*$/;

/**
 * Decodes a form or a query with Stripe's bracket syntax.
 *
 * @throws StripeError 400 if there are too many parameters, too many levels or malformed brackets.
 */
export function decodeForm(text: string): Parameters {
  assertParameterNames(text);
  try {
    return qs.parse(text, {
      parseArrays: false,
      // Applies to `ids[]=…`, which is read as an array even with `parseArrays: false`.
      arrayLimit: maxParameters,
      plainObjects: true,
      duplicates: "last",
      depth: maxDepth,
      strictDepth: true,
      parameterLimit: maxParameters,
      throwOnLimitExceeded: true,
    });
  } catch (error) {
    if (error instanceof RangeError) throw new StripeError(400, { message: `Invalid form: ${error.message}` });
    throw error;
  }
}

/**
 * Throws if a name is malformed. The decoder would read `metadata[a]b]` as `metadata[a]` and ignore
 * `__proto__`, so a client's mistake would go unnoticed.
 */
function assertParameterNames(text: string): void {
  for (const name of new URLSearchParams(text).keys()) {
    const [param = name] = name.split("[", 1);
    if (param === prototypeName) throw new StripeError(400, unknownParameter(param));
    if (namePattern.test(name) && !name.includes(`[${prototypeName}]`)) continue;
    throw new StripeError(400, { message: `Invalid parameter name: ${name}`, param });
  }
}

/**
 * Checks parameters against a schema. The error is that of an unknown parameter, or else the first
 * one.
 */
export function checkParameters<P>(schema: z.ZodType<P>, parameters: Parameters): P {
  const result = schema.safeParse(parameters);
  if (result.success) return result.data;
  const unknown = result.error.issues.find((issue) => issue.code === "unrecognized_keys");
  const issue = unknown ?? result.error.issues[0];
  throw new StripeError(400, issue === undefined ? {} : details(issue, parameters));
}

function details(issue: z.core.$ZodIssue, parameters: Parameters): ErrorDetails {
  if (issue.code === "unrecognized_keys") {
    return unknownParameter(issue.keys[0] ?? "");
  }
  const [first = "", ...rest] = issue.path.map(String);
  const param = rest.reduce((path, key) => `${path}[${key}]`, first);
  if (issue.path.length === 1 && !Object.hasOwn(parameters, first)) {
    return { code: "parameter_missing", message: `Missing required param: ${param}.`, param };
  }
  const code = issue.code === "custom" ? issue.params?.["code"] : undefined;
  return { ...(typeof code === "string" ? { code } : {}), message: fill(issue.message, param), param };
}

const unknownParameter = (param: string): ErrorDetails => ({
  code: "parameter_unknown",
  message: `Received unknown parameter: ${param}`,
  param,
});

const fill = (message: string, param: string) => message.replaceAll("{param}", param);

const invalid = (kind: string) => ({
  error: (issue: { input?: unknown }) => `Invalid ${kind}: ${show(issue.input)}`,
});

const shownLength = 100;

function show(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}

const emptyMessage =
  "You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; however '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty value.";

/** A text of limited length that must not be empty (S59). */
export const text = (max: number, unit: Choices["lengthUnit"]) =>
  unsettableText(max, unit).refine((value) => value !== "", {
    error: emptyMessage,
    params: { code: "parameter_invalid_empty" },
  });

/** A text of limited length that an empty value unsets (S36). */
export const unsettableText = (max: number, unit: Choices["lengthUnit"]) =>
  z.string(invalid("string")).refine((value) => textLength(value, unit) <= max, {
    error: (issue) => `Invalid string: ${show(issue.input)}; must be at most ${max} characters`,
  });

/** An id, or another short text that only has to be there. */
export const reference = text(maxIdLength, "characters");

export const boolean = z.enum(["true", "false"], invalid("boolean")).transform((value) => value === "true");

/**
 * `metadata[key]=value`. Entries are checked when they are merged, because the limit of keys
 * applies to the result.
 */
const metadataMap = z.record(z.string(), z.string(invalid("string")), invalid("object"));

/** Metadata at creation. */
export const newMetadata = metadataMap;

/** Metadata in an update: entries to merge (S48), or `""` to clear all (S49). */
export const metadataPatch = z.union([z.literal(""), metadataMap], invalid("object"));

/** `ids[]=a&ids[]=b`, `ids[0]=a&ids[1]=b`, or both. */
export const list = z.preprocess(
  (value) => (typeof value === "object" && value !== null ? Object.values(value).flat() : value),
  z.array(z.string(invalid("string")), invalid("array")),
);

const limit = z
  .string(invalid("integer"))
  .regex(/^-?\d+$/, invalid("integer"))
  .transform(Number)
  .refine((value) => value >= 1, "This value must be greater than or equal to 1.")
  .refine((value) => value <= maxPageSize, `This value must be less than or equal to ${maxPageSize}.`);

/** The parameters of every list. */
export const pagination = {
  limit: limit.default(defaultPageSize),
  starting_after: reference.optional(),
  ending_before: reference.optional(),
};

export interface PaginationParameters {
  readonly limit: number;
  readonly starting_after?: string | undefined;
  readonly ending_before?: string | undefined;
}

/** Resolves the cursors. `get` throws if a cursor names no object. */
export function pageRequest(
  parameters: PaginationParameters,
  get: (id: string, reference: Reference) => Listed,
): PageRequest {
  const { limit, starting_after, ending_before } = parameters;
  if (starting_after !== undefined && ending_before !== undefined) {
    throw new StripeError(400, {
      code: "parameters_exclusive",
      message: "Received both starting_after and ending_before parameters. Please pass in only one.",
    });
  }
  const cursor = (param: string, id: string | undefined) =>
    id === undefined ? undefined : get(id, { param, status: 400 });
  return {
    limit,
    startingAfter: cursor("starting_after", starting_after),
    endingBefore: cursor("ending_before", ending_before),
  };
}
