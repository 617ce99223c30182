import { RunError } from "@pulumi/pulumi";
import { getStackResource } from "@pulumi/pulumi/runtime";

// By the run of a program: with the Automation API one process runs many.
const declaredIn = new WeakMap<object, Map<string, string>>();

/**
 * Says that a Feature resource of this program has the lookup key; throws when another one has it. Stripe would refuse the second only after
 * others were created.
 */
export function declareLookupKey(lookupKey: string, resource: string): string {
  const stack = getStackResource();
  if (stack === undefined) return lookupKey;
  const declared = declaredIn.get(stack) ?? new Map<string, string>();
  declaredIn.set(stack, declared);
  const other = declared.get(lookupKey);
  if (other !== undefined) {
    throw new RunError(
      `Feature "${resource}": its lookupKey "${lookupKey}" is that of Feature "${other}" already. A lookup key names one active feature: ` +
        "give this one another key, or declare the feature once and attach it to several products.",
    );
  }
  declared.set(lookupKey, resource);
  return lookupKey;
}
