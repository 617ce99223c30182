/**
 * What a resource may take over when the object it declares exists in Stripe already:
 *
 * - `owned`: what carries its own marker, as an interrupted run leaves it. For an attachment, which carries none: when
 *   its feature carries a marker of this project and stack.
 * - `unowned`: also what carries no marker.
 * - `any`: also what carries another's.
 * - `never`: nothing.
 */
export type AdoptionPolicy = (typeof adoptionPolicies)[number];

export const adoptionPolicies = ["owned", "unowned", "any", "never"] as const;

/** Whether a feature with the marker may be taken over by the resource `owner`. */
export function mayAdoptFeature(
  policy: AdoptionPolicy,
  marker: string | undefined,
  owner: string | undefined,
): boolean {
  return mayAdopt(policy, marker, marker !== undefined && marker === owner);
}

/** Whether the attachment of a feature with the marker may be taken over by the resource `owner`. */
export function mayAdoptAttachment(
  policy: AdoptionPolicy,
  marker: string | undefined,
  owner: string | undefined,
): boolean {
  return mayAdopt(policy, marker, isOfSameStack(marker, owner));
}

/** Whether the marker says that another stack has made what carries it. */
export function isOfOtherStack(marker: string | undefined, owner: string | undefined): boolean {
  return marker !== undefined && owner !== undefined && stackOf(marker) !== stackOf(owner);
}

/** Whether both markers were written for the same project and stack. */
export function isOfSameStack(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && stackOf(one) === stackOf(other);
}

/** `<project>/<stack>` of a marker. Neither can hold a slash; a resource's name can. */
function stackOf(marker: string): string {
  return marker.split("/", 2).join("/");
}

function mayAdopt(policy: AdoptionPolicy, marker: string | undefined, isOwn: boolean): boolean {
  if (policy === "never") return false;
  return policy === "any" || isOwn || (policy === "unowned" && marker === undefined);
}
