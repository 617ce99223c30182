import type { Connection } from "../connection";
import { about } from "../errors";
import { isSpared } from "../spare";
import { isOfThisAccount } from "./read";
import { identityOf, type ProductFeatureState, subjectOf } from "./state";

async function remove(connection: Connection, id: string, state: ProductFeatureState): Promise<void> {
  const subject = subjectOf(id, state);
  await about(subject, async () => {
    await connection.guard.admit(subject, state);
    if (isSpared(connection, subject, { id, identity: identityOf(state), owner: state.owner })) return;
    await detach(connection, subject, id, state);
    connection.attachedElsewhere.noteDetached(id);
  });
}

export { remove as delete };

async function detach(connection: Connection, subject: string, id: string, state: ProductFeatureState): Promise<void> {
  const { stripe, snapshot, guard } = connection;
  try {
    await stripe.detachFeature(state.product, id);
  } catch (error) {
    if (!guard.saysGone(error, state)) throw error;
    await guard.believeGone(subject, state, () => isOfThisAccount(connection, state));
  } finally {
    snapshot.forgetProductFeatures(state.product);
  }
}
