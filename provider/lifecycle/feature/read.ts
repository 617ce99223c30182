import type { StripeFeature } from "../../stripe/feature";
import { assertHasState } from "../account/account";
import type { ProviderContext } from "../context";
import { inputsOf } from "../properties";
import type { ReadResult } from "../resource-rules";
import { type FeatureInputs, featureProperties } from "./properties";
import { type FeatureState, stateOf, subjectOf } from "./state";

export async function read(
  context: ProviderContext,
  id: string,
  state: Partial<FeatureState>,
): Promise<ReadResult<FeatureInputs, FeatureState> | undefined> {
  const { guard, lists, log } = context;
  const subject = subjectOf(state, id);
  // The account and the list are requested at the same time. Nothing is requested by its id before
  // the account is known: a key of another account would ask for every object of the stack.
  const guardCheck = guard.checkForRead(subject, state);
  const [account, feature] = await Promise.all([guardCheck, lists.findFeature(id, { guardCheck })]);
  // Stripe never deletes a feature (S8), so nothing else proves that the key is of the right
  // account.
  if (feature === undefined) await guard.confirmGone(subject, state, async () => false);
  if (!feature?.active) assertHasState(subject, state);
  const loss = feature === undefined ? missing : findLoss(feature, state);
  if (feature === undefined || loss !== undefined) {
    log(`${subject} ${loss}.`);
    return undefined;
  }
  const props = stateOf(feature, state, account ?? state.account);
  return { id, props, inputs: inputsOf(featureProperties, props) };
}

const missing = "no longer exists. If it is still declared, `pulumi up` creates it again";

/** Returns why a feature that exists is not the resource's any more. Undefined when it is. */
function findLoss({ active, marker }: StripeFeature, { owner }: Partial<FeatureState>): string | undefined {
  if (!active) {
    return (
      "was archived outside Pulumi, which is permanent. If it is still declared, `pulumi up` creates a new feature with " +
      "the same lookup key and moves the attachments to it. If an attachment has `protect`, run `pulumi state unprotect` " +
      "with its URN first"
    );
  }
  if (marker === undefined || owner === undefined || marker === owner) return undefined;
  return `was taken over by ${marker}, as its metadata says, and no longer belongs to this stack`;
}
