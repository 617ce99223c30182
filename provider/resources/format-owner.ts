import { createHash } from "node:crypto";

/**
 * The most characters of a resource name that an owner holds. A marker has at most 500, and the
 * names of a project and a stack at most 100 each. Independent of these two, because a renamed
 * stack recognizes its resources by this part.
 */
const maxNameLength = 298;
const hashLength = 16;

/**
 * Returns the owner that a resource writes to the marker of its feature:
 * `<project>/<stack>/<resource name>`. A name that is too long for a marker ends in a hash.
 */
export function formatOwner(project: string, stack: string, resource: string): string {
  return `${project}/${stack}/${shortened(resource)}`;
}

function shortened(name: string): string {
  const characters = [...name];
  if (characters.length <= maxNameLength) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, hashLength);
  return `${characters.slice(0, maxNameLength - hashLength - 1).join("")}~${hash}`;
}
