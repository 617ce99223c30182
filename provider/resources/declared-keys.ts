import { type Input, RunError } from "@pulumi/pulumi";
import { getStackResource } from "@pulumi/pulumi/runtime";

// Per run of a program: with the Automation API one process runs several.
const declaredIn = new WeakMap<object, Map<string, string>>();

/**
 * Records that a Feature of this program declares the lookup key. A key that is an output is
 * compared by the provider's check instead.
 *
 * @throws RunError when another Feature declares it. The error comes before the second is
 * registered: Stripe would reject the second feature only after others were created.
 */
export function declareLookupKey(resource: string, lookupKey: Input<string>): void {
  const stack = getStackResource();
  if (stack === undefined || typeof lookupKey !== "string") return;
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
