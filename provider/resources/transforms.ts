import type { Resource, ResourceOptions } from "@pulumi/pulumi";
import { getStackResource } from "@pulumi/pulumi/runtime";

/** The SDK's state of one run, as far as it is read here. */
interface RunState {
  /** The server that the engine asks to apply transforms. Absent before there is a transform. */
  readonly callbacks?: object | undefined;
}

/**
 * Whether a transform of the program may change the resource after its constructor has run. The SDK
 * has no public function that lists the transforms of the stack and of parents.
 */
export function mayBeTransformed({ parent, transforms, transformations }: ResourceOptions): boolean {
  const { asyncLocalStorage, globalStore } = globalThis as {
    readonly asyncLocalStorage?: { getStore(): RunState | undefined };
    readonly globalStore?: RunState;
  };
  const state = asyncLocalStorage?.getStore() ?? globalStore;
  const inherited = (parent ?? getStackResource()) as (Resource & { readonly __transformations?: unknown[] }) | undefined;
  const lists = [transforms, transformations, inherited?.__transformations];
  return state?.callbacks !== undefined || lists.some((list = []) => list.length > 0);
}
