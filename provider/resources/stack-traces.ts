import type { CustomResourceOptions } from "@pulumi/pulumi";
import { getStackResource } from "@pulumi/pulumi/runtime";

type PrepareStackTrace = NonNullable<typeof Error.prepareStackTrace>;

/**
 * Saves the time in which the SDK formats about forty stack traces for each resource. For each
 * promise of each property, `debuggablePromise` in `@pulumi/pulumi/runtime/debuggable.js` reads
 * `new Error().stack`, and `source-map-support` then translates each line. Call this function
 * before `super`, and the function that it returns after it, on every path.
 *
 * Errors keep their stack traces: V8 formats one when it is read for the first time, which is
 * later. `Resource.stackTrace`, which finds the source positions for the state, sets the limit to
 * infinity and gets what it asks for. Does nothing when `PULUMI_DEBUG_PROMISE_LEAKS` is set,
 * because the SDK then prints these stack traces, or when `transformations` run code of the program
 * inside `super`.
 */
export function skipStackTraces(options: CustomResourceOptions): () => void {
  const format: PrepareStackTrace | undefined = Error.prepareStackTrace;
  const isNeeded = process.env["PULUMI_DEBUG_PROMISE_LEAKS"] || hasTransformations(options);
  if (format === undefined || isNeeded) return () => undefined;
  Error.prepareStackTrace = (error, frames) =>
    Error.stackTraceLimit === Number.POSITIVE_INFINITY ? format(error, frames) : "";
  return () => {
    Error.prepareStackTrace = format;
  };
}

/**
 * Whether the SDK's constructor calls a transformation of the resource, its parents or the stack.
 */
function hasTransformations({ transformations, parent = getStackResource() }: CustomResourceOptions): boolean {
  const inherited = (parent as { readonly __transformations?: readonly unknown[] } | undefined)?.__transformations;
  return Boolean(transformations?.length || inherited?.length);
}
