import { unknownValue } from "../../provider/lifecycle/inputs";
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
import type { Resource, ResourceType } from "./resource";

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

/** @param source the feature that the lookup key is computed from */
export function featureGoal(stack: StackName, declared: DeclaredFeature, source?: Resource): Goal {
  const { title, metadata, adopt, archiveWhileAttached, aliases } = declared;
  const lookupKey = source?.id === unknownValue ? unknownValue : declared.lookupKey;
  return {
    type: "Feature",
    urn: featureUrn(declared),
    aliases,
    inputs: { lookupKey, name: title, metadata, adopt, archiveWhileAttached, owner: ownerOf(stack, declared) },
    dependencies: source === undefined ? [] : [source.urn],
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
