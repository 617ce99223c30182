import type { Resource, ResourceOptions } from "@pulumi/pulumi";
import { getStackResource } from "@pulumi/pulumi/runtime";

/** The SDK's state of one run, as far as it is read here. */
interface RunState {
  /** The server that the engine asks to apply transforms. Absent before there is a transform. */
  readonly callbacks?: object | undefined;
}

const withoutTransforms = new WeakSet<Resource>();

/** Records a component of this package with these options. */
export function noteComponent(component: Resource, options: ResourceOptions): void {
  if (!mayBeTransformed(options)) withoutTransforms.add(component);
}

/** Whether the resource has transforms of its own, or inherits a transformation. */
export function isTransformed({ parent, transforms, transformations }: ResourceOptions): boolean {
  const inherited = (parent ?? getStackResource()) as { readonly __transformations?: readonly unknown[] } | undefined;
  return [transforms, transformations, inherited?.__transformations].some((list = []) => list.length > 0);
}

/**
 * Whether a transform may change the resource after its constructor has run. The SDK does not show
 * the transforms of the stack and of components.
 */
export function mayBeTransformed(options: ResourceOptions): boolean {
  const { asyncLocalStorage, globalStore } = globalThis as {
    readonly asyncLocalStorage?: { getStore(): RunState | undefined };
    readonly globalStore?: RunState;
  };
  const { callbacks } = asyncLocalStorage?.getStore() ?? globalStore ?? {};
  const { parent } = options;
  return isTransformed(options) || callbacks !== undefined || (parent !== undefined && !withoutTransforms.has(parent));
}
