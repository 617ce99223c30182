import { type CustomResourceOptions, type Input, RunError } from "@pulumi/pulumi";
import { getStackResource } from "@pulumi/pulumi/runtime";
import { unlessNamesake } from "./namesakes";
import { isTransformed, mayBeTransformed } from "./transforms";

// Per run of a program: with the Automation API one process runs several.
const declaredIn = new WeakMap<object, Map<string, string>>();

/** The paths of `ignoreChanges` that include the lookup key. */
const keyPaths = ["lookupKey", '["lookupKey"]', "*", "[*]"];

/**
 * Records that a Feature of this program declares the lookup key, and returns the key. The
 * provider's check compares the keys that are not final here: outputs, keys that `ignoreChanges`
 * replaces by the one of the state, and keys that a transform may change.
 *
 * @throws RunError when another Feature declares it. The error comes before the second is
 * registered: Stripe would reject the second feature only after others were created.
 */
export function declareLookupKey(
  resource: string,
  lookupKey: Input<string>,
  options: CustomResourceOptions,
): Input<string> {
  const stack = getStackResource();
  const isIgnored = options.ignoreChanges?.some((path) => keyPaths.includes(path)) ?? false;
  if (stack === undefined || isIgnored || isTransformed(options)) return lookupKey;
  if (typeof lookupKey === "string" && !mayBeTransformed(options)) rejectDeclared(stack, resource, lookupKey);
  return unlessNamesake(`Feature "${resource}"`, [lookupKey]);
}

function rejectDeclared(stack: object, resource: string, lookupKey: string): void {
  const declared = declaredIn.get(stack) ?? new Map<string, string>();
  declaredIn.set(stack, declared);
  const other = declared.get(lookupKey);
  if (other !== undefined) {
    throw new RunError(
      `Feature "${resource}": Feature "${other}" already declares the lookupKey "${lookupKey}". A lookup key names ` +
        "one active feature: give this one another key, or declare the feature once and attach it to several products.",
    );
  }
  declared.set(lookupKey, resource);
}
