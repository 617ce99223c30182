import type { z } from "zod";

/** Input from a file or over HTTP does not have the expected form. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/**
 * Checks input and returns it with its type.
 *
 * @throws InputError that names the first wrong place.
 */
export function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues[0]);
  const place = issue?.path.reduce<string>(
    (path, key) => (typeof key === "number" ? `${path}[${key}]` : `${path}${path && "."}${String(key)}`),
    "",
  );
  throw new InputError([place, issue?.message].filter(Boolean).join(": "));
}

/**
 * Returns the most specific issue: for a union that of the alternative that matched furthest, for a
 * name the reason.
 */
function deepest(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code === "invalid_key") return { ...issue, message: issue.issues[0]?.message ?? issue.message };
  if (issue?.code !== "invalid_union") return issue;
  const [inner] = issue.errors.map((issues) => issues[0]).sort((a, b) => (b?.path.length ?? 0) - (a?.path.length ?? 0));
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}
