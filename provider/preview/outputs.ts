import { Output } from "@pulumi/pulumi";

/** The part of an output that the SDK does not declare in its types. */
interface Internals {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(withUnknowns?: boolean): Promise<unknown>;
}

/** Whether a property of a resource has a value in this preview. */
export async function isKnown(property: unknown): Promise<boolean> {
  return Output.isInstance(property) ? internalsOf(property).isKnown : property !== undefined;
}

/** Whether a property of a resource gets its value at `up`. False where it will have none. */
export async function isUnknown(property: unknown): Promise<boolean> {
  if (!Output.isInstance(property) || (await isKnown(property))) return false;
  // The engine's answer to a preview leaves out what was not declared, and the SDK calls it
  // unknown.
  return (await internalsOf(property).promise(true)) !== undefined;
}

/** Whether a property of a resource is a secret. */
export async function isSecret(property: unknown): Promise<boolean> {
  return Output.isInstance(property) && internalsOf(property).isSecret;
}

/** Returns the value that a property of a resource has in this preview. */
export async function knownValue(property: unknown): Promise<unknown> {
  return Output.isInstance(property) && (await isKnown(property)) ? internalsOf(property).promise() : undefined;
}

function internalsOf(output: Output<unknown>): Internals {
  return output as unknown as Internals;
}
