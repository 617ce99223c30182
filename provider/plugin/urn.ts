import { formatOwner } from "../resources/format-owner";

/**
 * Returns the parts of a URN: `urn:pulumi:<stack>::<project>::<parent types$type>::<name>`. Only
 * the name can hold a double colon.
 */
function partsOf(urn: string): { stack: string; project: string; types: string; name: string } {
  const [head = "", project = "", types = "", ...name] = urn.split("::");
  return { stack: head.split(":").at(-1) ?? "", project, types, name: name.join("::") };
}

/** Returns the type token of the resource. */
export function typeOf(urn: string): string {
  return partsOf(urn).types.split("$").at(-1) ?? "";
}

/** Returns the name of the project. */
export function projectOf(urn: string): string {
  return partsOf(urn).project;
}

/** Returns the name of the resource. */
export function nameOf(urn: string): string {
  return partsOf(urn).name;
}

/**
 * Whether a provider with this URN works without a stack. `pulumi do` configures one without a
 * name, and makes up the URNs of its resources (configureProvider and resourceURN in
 * pkg/cmd/pulumi/do/do_shared.go of pulumi/pulumi).
 */
export function isWithoutStack(providerUrn: string | undefined): boolean {
  // Older engines send no URN.
  return providerUrn !== undefined && providerUrn !== "" && nameOf(providerUrn) === "";
}

/** Returns the owner of the resource, `<project>/<stack>/<resource name>`. */
export function ownerOf(urn: string): string {
  const { project, stack, name } = partsOf(urn);
  return formatOwner(project, stack, name);
}
