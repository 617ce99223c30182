import { type Output, type Resource, type ResourceOptions, type ResourceTransform, RunError } from "@pulumi/pulumi";
import { featureContract, productFeatureContract } from "../dynamic/contract";
import { isMocked } from "../preview/registrations";
import { isTransformed } from "./transforms";

const checkedComponents = new WeakSet<Resource>();

/**
 * Records a component of this package whose options were checked. Its children need no check of
 * their own, which would cost a message for each.
 */
export function noteChecked(component: Resource): void {
  checkedComponents.add(component);
}

/**
 * Returns the options of an attachment, or of a component with attachments, with a check of
 * `deletedWith` where a transform may set it, or the engine may pass it on from a component. Only
 * the engine knows the result, and shows it to a transform.
 */
export function withDeletedWithCheck<Options extends ResourceOptions>(options: Options): Options {
  const { parent, transforms = [] } = options;
  const isInherited = parent !== undefined && !checkedComponents.has(parent);
  if (isMocked() || !(isInherited || isTransformed(options))) return options;
  return { ...options, transforms: [...transforms, rejectFeature] };
}

const rejectFeature: ResourceTransform = async ({ type, name, opts: { deletedWith } }) => {
  if (type !== productFeatureContract.type || deletedWith === undefined) return undefined;
  if (typeOf(await awaitOutput(deletedWith.urn)) === featureContract.type) throw deletedWithFeature(name);
  return undefined;
};

/**
 * Returns the error for an attachment with `deletedWith` a Feature: the engine would drop the
 * attachment without detaching it, and archiving the feature does not detach it either.
 */
export function deletedWithFeature(name: string): RunError {
  return new RunError(
    `ProductFeature "${name}": deletedWith cannot be a Feature. An archived feature stays attached and keeps granting ` +
      "access, so the attachment must be deleted itself. Remove the option, also from its components and transforms.",
  );
}

/** Returns the type in a URN, without the types of the parents. */
function typeOf(urn: string): string | undefined {
  return urn.split("::")[2]?.split("$").at(-1);
}

function awaitOutput(urn: Output<string>): Promise<string> {
  return new Promise((resolve) => urn.apply(resolve));
}
