import type { AdoptionPolicy } from "../../provider/lifecycle/ownership/policy";

/** `<project>/<stack>` of the program. */
export const stack = "acme/dev";

interface Declared {
  /** Identifies the declaration across all edits. The engine does not see it. */
  readonly slot: number;
  readonly name: string;
  /** The component that contains the resource. Empty for the root. */
  readonly parent: string;
  /** Earlier URNs that the program declares as aliases. */
  readonly aliases: readonly string[];
  readonly adopt?: AdoptionPolicy | undefined;
}

export interface DeclaredFeature extends Declared {
  readonly lookupKey: string;
  readonly title: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly archiveWhileAttached?: boolean | undefined;
}

export interface DeclaredAttachment extends Declared {
  /** The slot of a feature. */
  readonly feature: number;
  readonly product: string;
}

/** The resources of a program, in the order of their registration. */
export interface Program {
  readonly features: readonly DeclaredFeature[];
  readonly attachments: readonly DeclaredAttachment[];
}

export const emptyProgram: Program = { features: [], attachments: [] };

export function featureUrn({ parent, name }: Pick<Declared, "parent" | "name">): string {
  return `${parent}$Feature::${name}`;
}

export function attachmentUrn({ parent, name }: Pick<Declared, "parent" | "name">): string {
  return `${parent}$ProductFeature::${name}`;
}

export function ownerOf({ name }: Pick<Declared, "name">): string {
  return `${stack}/${name}`;
}

/** @throws Error when the program does not declare the feature */
export function featureOf(program: Program, { feature }: DeclaredAttachment): DeclaredFeature {
  const found = program.features.find(({ slot }) => slot === feature);
  if (found === undefined) throw new Error(`No feature has the slot ${feature}`);
  return found;
}

/** Returns product and lookup key of each declared attachment. */
export function declaredPairs(program: Program): readonly { product: string; lookupKey: string }[] {
  return program.attachments.map((attachment) => ({
    product: attachment.product,
    lookupKey: featureOf(program, attachment).lookupKey,
  }));
}
