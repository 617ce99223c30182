import type { LocalContext } from "../context";
import { EntitlementsError } from "../errors";
import { isForeign } from "../ownership/policy";
import type { FeatureInputs } from "./properties";

/** The inputs that say which features a resource may take over. */
type Taker = Pick<FeatureInputs, "owner" | "adopt">;

/**
 * Throws an EntitlementsError if the marker is another stack's, and the resource may not take the
 * feature over, which is in the state.
 *
 * @param previousOwner the owner in the state: the stack may have been renamed
 */
export function assertMayTakeOver(
  context: LocalContext,
  subject: string,
  marker: string | undefined,
  taker: Taker,
  previousOwner: string | undefined,
): void {
  if (mayTakeOver(context, marker, taker, previousOwner)) return;
  throw notOurs(
    subject,
    marker,
    "To leave it to its stack, remove it from this state with `pulumi state delete`, and read it with `get`. To " +
      'take it over, set adopt: "any" on this resource.',
  );
}

/**
 * Throws an EntitlementsError if the marker is another stack's, and the resource may not take the
 * feature over, which this run imports.
 */
export function assertMayImport(
  context: LocalContext,
  subject: string,
  marker: string | undefined,
  taker: Taker,
): void {
  if (mayTakeOver(context, marker, taker)) return;
  throw notOurs(
    subject,
    marker,
    "To leave it to its stack, read it with `get` and do not import it. To take it over, declare it with adopt: " +
      '"any", and run `pulumi up`.',
  );
}

function mayTakeOver(
  { adopt: defaultPolicy, stackMarkers }: LocalContext,
  marker: string | undefined,
  { owner, adopt: policy = defaultPolicy }: Taker,
  previousOwner?: string,
): boolean {
  return policy === "any" || !isForeign(marker, owner, previousOwner, stackMarkers.anyOwner);
}

function notOurs(subject: string, marker: string | undefined, hint: string): EntitlementsError {
  return new EntitlementsError(`${subject}: belongs to another stack, because its marker is ${marker}`, {
    kind: "alreadyExists",
    hint,
  });
}
