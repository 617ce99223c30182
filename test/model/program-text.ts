import type { DeclaredAttachment, DeclaredFeature, Program } from "./program";

type Declared = DeclaredFeature | DeclaredAttachment;

/**
 * Returns the program in JavaScript, for the real engine.
 *
 * @param more further options of a resource
 */
export function programText(program: Program, more: (declared: Declared) => object = () => ({})): string {
  const options = (declared: Declared) => `{ ...${JSON.stringify(more(declared))}, ${placeOf(declared)} }`;
  return [
    'const plans = new pulumi.ComponentResource("acme:index:Plans", "plans");',
    ...program.features.map(
      (declared) =>
        `const f${declared.slot} = new Feature("${declared.name}", ${featureArgs(declared)}, ${options(declared)});`,
    ),
    ...program.attachments.map(
      (declared) => `new ProductFeature("${declared.name}", ${attachmentArgs(declared)}, ${options(declared)});`,
    ),
  ].join("\n");
}

function featureArgs({ lookupKey, title, metadata, adopt, archiveWhileAttached, keyFrom }: DeclaredFeature): string {
  const key = JSON.stringify(lookupKey);
  const known = JSON.stringify({ name: title, metadata, adopt, archiveWhileAttached });
  return `{ ...${known}, lookupKey: ${keyFrom === undefined ? key : `f${keyFrom}.id.apply(() => ${key})`} }`;
}

function attachmentArgs({ product, adopt, feature }: DeclaredAttachment): string {
  const id = "slot" in feature ? `f${feature.slot}.id` : JSON.stringify(feature.id);
  return `{ ...${JSON.stringify({ product, adopt })}, entitlementFeature: ${id} }`;
}

function placeOf({ parent, aliases }: Declared): string {
  return `parent: ${parentOf(parent)}, aliases: [${aliases.map(alias).join(", ")}]`;
}

/** Returns the alias for an old URN of the model, in the form of `featureUrn`. */
function alias(urn: string): string {
  const [path = "", name = ""] = urn.split("::");
  return `{ name: "${name}", parent: ${parentOf(path.split("$")[0] ?? "")} }`;
}

function parentOf(parent: string): string {
  return parent === "" ? "pulumi.rootStackResource" : parent;
}
