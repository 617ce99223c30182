import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";

/** What a program has registered. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly id: string | undefined;
}

let registered: Registered[] = [];

/** Runs a program as Pulumi does, to its end. The mocks answer as the engine does at an update, each id `feat_<name>`. */
export async function run<T>(program: () => T, { preview = false } = {}): Promise<T> {
  registered = [];
  const newResource = ({ type, name, inputs, id }: pulumi.runtime.MockResourceArgs) => {
    registered.push({ type, name, inputs, id });
    return { id: id || `feat_${name}`, state: { ...inputs, active: true, livemode: false } };
  };
  pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "shop", "production", preview);
  let result: T | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    result = program();
    return {};
  });
  await pulumi.runtime.disconnect();
  return result as T;
}

/** What the last program has registered, also when it failed. */
export function lastRegistered(): readonly Registered[] {
  return registered;
}

export const unwrap = <T>(value: pulumi.Output<T>): Promise<T> => new Promise((resolve) => value.apply(resolve));

/** The inputs of a resource of the last program, without the code of its provider. */
export function inputsOf(name: string): Readonly<Record<string, unknown>> {
  const inputs = registered.find((resource) => resource.name === name)?.inputs;
  assert(inputs !== undefined, `${name} was not registered`);
  const { __provider, ...declared } = inputs;
  assert.equal(typeof __provider, "string");
  return declared;
}
