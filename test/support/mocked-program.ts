import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";

/** A resource that a program registered. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly id: string | undefined;
}

let registered: Registered[] = [];

/**
 * Runs a program to its end, as Pulumi does. The mocks answer as the engine does in an update, with
 * the id `feat_<name>` for every new resource. In a preview, a resource that `isNew` has no id.
 */
export async function run<T>(
  program: () => T,
  { preview = false, isNew = (_name: string): boolean => false, project = "shop", stack = "production" } = {},
): Promise<T> {
  registered = [];
  const newResource = ({ type, name, inputs, id }: pulumi.runtime.MockResourceArgs) => {
    registered.push({ type, name, inputs, id });
    return { id: isNew(name) ? undefined : id || `feat_${name}`, state: { ...inputs, active: true, livemode: false } };
  };
  pulumi.runtime.setMocks({ newResource, call: () => ({}) }, project, stack, preview);
  let result: T | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    result = program();
    return {};
  });
  await pulumi.runtime.disconnect();
  return result as T;
}

/** Returns the resources that the last program registered, also when it failed. */
export function lastRegistered(): readonly Registered[] {
  return registered;
}

export const unwrap = <T>(value: pulumi.Output<T>): Promise<T> => new Promise((resolve) => value.apply(resolve));

/** Returns the inputs of a resource of the last program, without `__provider`. */
export function inputsOf(name: string): Readonly<Record<string, unknown>> {
  const inputs = registered.find((resource) => resource.name === name)?.inputs;
  assert.ok(inputs !== undefined, `${name} was not registered`);
  const { __provider, ...declared } = inputs;
  assert.equal(typeof __provider, "string");
  return declared;
}
