import type { LocalContext } from "../context";
import { EntitlementsError } from "../errors";
import { isForeign } from "../ownership/policy";
import type { FeatureInputs } from "./properties";

/**
 * Throws if the marker is another stack's, and the resource may not take the feature over.
 *
 * @param previousOwner the owner in the state: the stack may have been renamed
 */
export function assertMayTakeOver(
  { adopt: defaultPolicy, stackMarkers }: LocalContext,
  subject: string,
  marker: string | undefined,
  { owner, adopt: policy = defaultPolicy }: FeatureInputs,
  previousOwner: string | undefined,
): void {
  if (policy === "any" || !isForeign(marker, owner, previousOwner, stackMarkers.anyOwner)) return;
  throw new EntitlementsError(`${subject}: belongs to another stack, because its marker is ${marker}`, {
    kind: "alreadyExists",
    hint:
      "To leave it to its stack, remove it from this state with `pulumi state delete`, and read it with `get`. To " +
      'take it over, set adopt: "any" on this resource.',
  });
}
