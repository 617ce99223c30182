import * as pulumi from "@pulumi/pulumi";

/** Runs a program with mocks that apply the resources' `transforms`, as the engine does. */
export async function runWithTransforms<T>(program: () => T): Promise<T> {
  const newResource = async ({
    type,
    name,
    inputs,
    custom = false,
    transforms = [],
  }: pulumi.runtime.MockResourceArgs) => {
    let props = inputs;
    for (const transform of transforms) {
      const result = await transform({ custom, type, name, props, opts: {} });
      props = result?.props ?? props;
    }
    return { id: `id_${name}`, state: props };
  };
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "shop", "production");
  let result: T | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    result = program();
    return {};
  });
  await pulumi.runtime.disconnect();
  return result as T;
}
