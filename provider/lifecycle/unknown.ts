/**
 * What the engine sends at preview for a value that only the update will know: `runtime.unknownValue` of @pulumi/pulumi, part of its
 * wire protocol. Repeated here because the rules do not import Pulumi; a test holds the two together.
 */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
  return value === unknownValue;
}
