import { isOutcomeUnknown, isRefusal } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import { aboutChange } from "../run/failures";
import { toWire } from "../metadata";
import { adopt } from "./adopt";
import { type FeatureInputs, type FeatureState, identityOf, stateOf } from "./state";

export async function create(
  connection: ProviderContext,
  inputs: FeatureInputs,
): Promise<{ id: string; outs: FeatureState }> {
  const subject = `Feature "${inputs.lookupKey}"`;
  return aboutChange(connection.run, subject, async () => {
    const account = await connection.guard.check(subject);
    const feature = await createOrAdopt(connection, subject, inputs);
    if (inputs.owner !== undefined) connection.run.willMark(feature.id);
    return { id: feature.id, outs: stateOf(feature, inputs, account) };
  });
}

async function createOrAdopt(connection: ProviderContext, subject: string, inputs: FeatureInputs): Promise<StripeFeature> {
  const { stripe, lists, run } = connection;
  const { lookupKey, name, metadata, owner } = inputs;
  try {
    const created = await stripe.createFeature({ lookupKey, name, metadata: toWire(metadata, owner) });
    lists.noteFeature(created);
    run.holds(identityOf(inputs), created.id);
    return created;
  } catch (error) {
    // What Stripe answers to a lookup key that is taken is not published, and a lost answer says nothing: the list of features tells both.
    if (!isRefusal(error) && !isOutcomeUnknown(error)) throw error;
    lists.forgetFeatures();
    return adopt(connection, subject, inputs, error);
  }
}
