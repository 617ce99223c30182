import type { AdoptionPolicy } from "../../provider/lifecycle/ownership/policy";

/** `<project>/<stack>`. */
export type StackName = `${string}/${string}`;

/** The stacks of a history. */
export const stackNames = ["acme/dev", "acme/staging"] as const satisfies readonly StackName[];

/** The name of a stack, and what its configuration says. */
export interface StackSettings {
  readonly name: StackName;
  readonly ownership: "metadata" | "none";
  readonly adopt: AdoptionPolicy;
  /** The adapter through which the engine reaches the rules. Default: dynamic. */
  readonly adapter?: "dynamic" | "plugin";
}

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
  readonly deleteBeforeReplace?: boolean | undefined;
  /**
   * The slot of an earlier feature. The lookup key is an output that is known once that one exists.
   */
  readonly keyFrom?: number | undefined;
}

/** A feature on the server. */
export interface ExistingFeature {
  readonly id: string;
  readonly lookupKey: string;
}

/**
 * The feature of an attachment: a resource of the same program by its slot, or any feature by its
 * literal id. The engine sees no dependency on the latter.
 */
type FeatureReference = { readonly slot: number } | ExistingFeature;

export interface DeclaredAttachment extends Declared {
  readonly feature: FeatureReference;
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

/** Returns the marker that the resource writes. Undefined where the stack writes none. */
export function markerFor({ name: stack, ownership }: StackSettings, declared: Pick<Declared, "name">) {
  return ownership === "none" ? undefined : ownerOf(stack, declared);
}

export function ownerOf(stack: string, { name }: Pick<Declared, "name">): string {
  return `${stack}/${name}`;
}

/** Returns the declared feature of the attachment. Undefined for a literal id. */
export function findFeature(program: Program, { feature }: DeclaredAttachment): DeclaredFeature | undefined {
  return "slot" in feature ? program.features.find(({ slot }) => slot === feature.slot) : undefined;
}

/** @throws Error when the program does not declare the feature */
export function lookupKeyOf(program: Program, attachment: DeclaredAttachment): string {
  if ("id" in attachment.feature) return attachment.feature.lookupKey;
  const found = findFeature(program, attachment);
  if (found === undefined) throw new Error(`No feature has the slot ${attachment.feature.slot}`);
  return found.lookupKey;
}

/** Returns product and lookup key of each declared attachment. */
export function declaredPairs(program: Program): readonly { product: string; lookupKey: string }[] {
  return program.attachments.map((attachment) => ({
    product: attachment.product,
    lookupKey: lookupKeyOf(program, attachment),
  }));
}

/** Whether the attachment is of the feature, which has this slot where the program declares it. */
export function isOf({ feature }: DeclaredAttachment, { slot }: DeclaredFeature): boolean {
  return "slot" in feature && feature.slot === slot;
}
