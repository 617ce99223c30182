import type { UncheckedInputs } from "../../provider/lifecycle/resource-rules";
import {
  attachmentUrn,
  type DeclaredAttachment,
  type DeclaredFeature,
  featureUrn,
  findFeature,
  ownerOf,
  type Program,
  type StackName,
} from "./program";
import type { ResourceType } from "./resource";

/** A resource as the program registers it. */
export interface Goal {
  readonly type: ResourceType;
  readonly urn: string;
  readonly aliases: readonly string[];
  readonly inputs: UncheckedInputs;
  /** URNs. */
  readonly dependencies: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export function featureGoal(stack: StackName, declared: DeclaredFeature): Goal {
  const { lookupKey, title, metadata, adopt, archiveWhileAttached, aliases } = declared;
  return {
    type: "Feature",
    urn: featureUrn(declared),
    aliases,
    inputs: { lookupKey, name: title, metadata, adopt, archiveWhileAttached, owner: ownerOf(stack, declared) },
    dependencies: [],
    deleteBeforeReplace: declared.deleteBeforeReplace ?? false,
  };
}

/** @param entitlementFeature the id of the feature */
export function attachmentGoal(
  stack: StackName,
  program: Program,
  declared: DeclaredAttachment,
  entitlementFeature: string,
): Goal {
  const { product, adopt, aliases } = declared;
  const dependency = findFeature(program, declared);
  return {
    type: "ProductFeature",
    urn: attachmentUrn(declared),
    aliases,
    inputs: { product, entitlementFeature, adopt, owner: ownerOf(stack, declared) },
    dependencies: dependency === undefined ? [] : [featureUrn(dependency)],
    deleteBeforeReplace: false,
  };
}
