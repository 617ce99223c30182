import { getProject, getStack } from "@pulumi/pulumi";

/** How a resource marks what it makes: `<project>/<stack>/<resource name>`. */
export function ownerOf(resource: string): string {
  return `${getProject()}/${getStack()}/${resource}`;
}
