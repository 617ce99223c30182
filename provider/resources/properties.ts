import { type Input, type ResourceOptions, RunError } from "@pulumi/pulumi";
import type { AdoptionPolicy } from "../lifecycle/ownership/policy";
import { comparedProperties } from "../preview/registrations";
import { mayBeTransformed } from "./transforms";

/**
 * Returns the properties that a resource registers with the engine: those that are given, `more`,
 * and the provider's code.
 *
 * A property of `more` that is undefined becomes an output. Arguments that are undefined are left
 * out, because the SDK tracks each property through the program, whether it has a value or not.
 *
 * @throws RunError when the arguments hold `__provider`, as Pulumi's `dynamic.Resource` does.
 */
export function propertiesOf(
  subject: string,
  args: object | undefined,
  more: Readonly<Record<string, unknown>>,
  provider: string,
): Record<string, unknown> {
  if (args !== undefined && "__provider" in args) {
    throw new RunError(`${subject}: the property __provider is reserved for Pulumi's dynamic provider. Remove it.`);
  }
  const given = Object.entries(args ?? {}).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...more, __provider: provider };
}

/**
 * Returns the adoption policy for the report of a preview. Nothing where it is not set and no
 * transform may set it.
 */
export function comparedPolicy(adopt: Input<AdoptionPolicy> | undefined, options: ResourceOptions) {
  return adopt === undefined && !mayBeTransformed(options) ? {} : comparedProperties({ adopt });
}
