import { RunError } from "@pulumi/pulumi";

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
