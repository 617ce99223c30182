import { getProject, getStack } from "@pulumi/pulumi";

/**
 * Returns the owner that a resource writes to the marker of its feature:
 * `<project>/<stack>/<resource name>`.
 */
export function ownerOf(resource: string): string {
  return `${getProject()}/${getStack()}/${resource}`;
}
