import {
  ComponentResource,
  CustomResource,
  type ID,
  type InvokeOutputOptions,
  type Output,
  type Resource,
  runtime,
} from "@pulumi/pulumi";

/** What the SDK keeps of a component, and does not show: its children, and when it has all of them. */
interface Internals {
  readonly __childResources?: Iterable<Resource>;
  readonly __data?: Promise<unknown>;
}

/**
 * The ids of the resources that have to be there before a function is called: those that its arguments come from, and `dependsOn`. A component
 * stands for its children. The value of an argument may be known long before its resource exists: at preview a resource that is yet to be made
 * shows its inputs.
 */
export async function idsOfDependencies(
  name: string,
  args: Readonly<Record<string, unknown>>,
  dependsOn: InvokeOutputOptions["dependsOn"],
): Promise<Output<ID>[]> {
  // As a nested value: the SDK leaves out properties that are called id.
  const [, resources] = await runtime.serializeResourceProperties(name, { args, dependsOn });
  const found = new Set<Resource>();
  await Promise.all([...resources.values()].map((dependencies) => addWithChildren(dependencies, found)));
  // The resource that stands for another program's has no id.
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
