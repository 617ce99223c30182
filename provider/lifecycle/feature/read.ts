import type { StripeFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import { withErrorContext } from "../errors";
import { refuseMissing } from "../account/guard";
import { fromWire } from "../metadata";
import { type FeatureState, inputsOf, stateOf, subjectOf } from "./state";

export async function read(connection: ProviderContext, id: string, state: Partial<FeatureState>) {
  const subject = subjectOf(id, state);
  return withErrorContext(subject, async () => {
    // The list is on its way meanwhile. A key of another account finds none of the stack's objects in it, and is not to ask for each.
    const permission = connection.guard.checkForRead(subject, state);
    const [account, feature] = await Promise.all([permission, connection.lists.findFeature(id, { permission })]);
    // Stripe never deletes a feature, so a key that may not tell its account has nothing to prove it with.
    if (feature === undefined) await connection.guard.confirmGone(subject, state, async () => false);
    if (!feature?.active) refuseMissing(subject, state);
    const why = feature === undefined ? missing : lost(feature, state);
    if (feature === undefined || why !== undefined) {
      connection.log(`${subject} ${why}.`);
      return undefined;
    }
    const props = stateOf(feature, state, account ?? state.account);
    return { id, props, inputs: inputsOf(props) };
  });
}

const missing = "does not exist any more. If it is still declared, `pulumi up` makes it anew";

/** Why a feature that Stripe has is not the resource's any more. */
function lost(feature: StripeFeature, state: Partial<FeatureState>): string | undefined {
  if (!feature.active) {
    return (
      "was archived outside Pulumi, which is final. If it is still declared, `pulumi up` makes a new feature with the same " +
      "lookup key and moves the attachments to it"
    );
  }
  const { owner } = fromWire(feature.metadata);
  if (owner === undefined || state.owner === undefined || owner === state.owner) return undefined;
  return `was taken over by ${owner}, as its metadata says, and is not this stack's any more`;
}
