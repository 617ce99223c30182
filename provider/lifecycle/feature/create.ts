import { isOutcomeUnknown, isRefusal } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/schemas";
import type { Connection } from "../connection";
import { aboutChange } from "../failed-run";
import { toWire } from "../metadata";
import { adopt } from "./adopt";
import { type FeatureInputs, type FeatureState, identityOf, stateOf } from "./state";

export async function create(
  connection: Connection,
  inputs: FeatureInputs,
): Promise<{ id: string; outs: FeatureState }> {
  const subject = `Feature "${inputs.lookupKey}"`;
  return aboutChange(connection.run, subject, async () => {
    const account = await connection.guard.admit(subject);
    const feature = await createOrAdopt(connection, subject, inputs);
    if (inputs.owner !== undefined) connection.run.willMark(feature.id);
    return { id: feature.id, outs: stateOf(feature, inputs, account) };
  });
}

async function createOrAdopt(connection: Connection, subject: string, inputs: FeatureInputs): Promise<StripeFeature> {
  const { stripe, snapshot, run } = connection;
  const { lookupKey, name, metadata, owner } = inputs;
  try {
    const created = await stripe.createFeature({ lookupKey, name, metadata: toWire(metadata, owner) });
    snapshot.noteFeature(created);
    run.holds(identityOf(inputs), created.id);
    return created;
  } catch (error) {
    // What Stripe answers to a lookup key that is taken is not published, and a lost answer says nothing: the list of features tells both.
    if (!isRefusal(error) && !isOutcomeUnknown(error)) throw error;
    snapshot.forgetFeatures();
    return adopt(connection, subject, inputs, error);
  }
}
