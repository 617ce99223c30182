import { resourceName } from "../subject";

/**
 * The objects that a resource may adopt when the object that it declares already exists.
 *
 * - `owned`: a feature with the resource's own marker, as an interrupted run leaves it. An
 *   attachment, which has no marker, when its feature carries a marker of this stack.
 * - `unowned`: also an object without a marker.
 * - `any`: also an object with another owner's marker.
 * - `never`: nothing.
 */
export type AdoptionPolicy = (typeof adoptionPolicies)[number];

export const adoptionPolicies = ["owned", "unowned", "any", "never"] as const;

/** Whether the resource `owner` may adopt a feature with the marker. */
export function mayAdoptFeature(
  policy: AdoptionPolicy,
  marker: string | undefined,
  owner: string | undefined,
): boolean {
  return mayAdopt(policy, marker, marker !== undefined && marker === owner);
}

/** Whether the resource `owner` may adopt the attachment of a feature with the marker. */
export function mayAdoptAttachment(
  policy: AdoptionPolicy,
  marker: string | undefined,
  owner: string | undefined,
): boolean {
  return mayAdopt(policy, marker, isSameStack(marker, owner));
}

/**
 * Whether the marker is another stack's. A stack that writes no markers has none of its own.
 *
 * @param owners the markers of this stack that are known
 */
export function isForeign(marker: string | undefined, ...owners: readonly (string | undefined)[]): boolean {
  return marker !== undefined && !owners.some((owner) => isSameStack(marker, owner));
}

/**
 * Whether the marker is that of the resource `owner`, also under the current name of its stack: a
 * stack may have been renamed.
 *
 * @param anyOwner a marker of this stack under its current name, where it is known
 */
export function isOwnMarker(
  marker: string | undefined,
  owner: string | undefined,
  anyOwner: string | undefined,
): boolean {
  if (marker === undefined || owner === undefined) return false;
  return marker === owner || (isSameStack(marker, anyOwner) && resourceName(marker) === resourceName(owner));
}

/** Whether both markers are known to be of the same project and stack. */
export function isSameStack(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && stackOf(one) === stackOf(other);
}

/** Returns `<project>/<stack>` of a marker. Neither can hold a slash. A resource name can. */
function stackOf(marker: string): string {
  return marker.split("/", 2).join("/");
}

function mayAdopt(policy: AdoptionPolicy, marker: string | undefined, isOwn: boolean): boolean {
  if (policy === "never") return false;
  return policy === "any" || isOwn || (policy === "unowned" && marker === undefined);
}
