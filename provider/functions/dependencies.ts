import {
  ComponentResource,
  CustomResource,
  type ID,
  type InvokeOutputOptions,
  type Output,
  type Resource,
  runtime,
} from "@pulumi/pulumi";

/** Private properties of a component in the SDK: its children, and a promise for all of them. */
interface Internals {
  readonly __childResources?: Iterable<Resource>;
  readonly __data?: Promise<unknown>;
}

/**
 * Returns the ids of the resources that a function call depends on: those that its arguments come
 * from, and those in `dependsOn`. A component counts as its children.
 *
 * An argument alone does not tell that its resource exists: at preview the outputs of a new
 * resource are its inputs.
 */
export async function idsOfDependencies(
  name: string,
  args: Readonly<Record<string, unknown>>,
  dependsOn: InvokeOutputOptions["dependsOn"],
): Promise<Output<ID>[]> {
  // A nested value, because the SDK skips a property named `id`.
  const [, resources] = await runtime.serializeResourceProperties(name, { args, dependsOn });
  const found = new Set<Resource>();
  await Promise.all([...resources.values()].map((dependencies) => addWithChildren(dependencies, found)));
  // A resource of another program has no id here.
  return [...found].filter(CustomResource.isInstance).flatMap(({ id }) => id ?? []);
}

async function addWithChildren(resources: Iterable<Resource>, found: Set<Resource>): Promise<void> {
  const added = [...resources].filter((resource) => !found.has(resource));
  for (const resource of added) found.add(resource);
  await Promise.all(
    added.filter(ComponentResource.isInstance).map(async (component) => {
      const internals = component as Internals;
      await internals.__data;
      await addWithChildren(internals.__childResources ?? [], found);
    }),
  );
}
