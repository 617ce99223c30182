import type { Connection } from "../connection";
import { about } from "../errors";
import { refuseAfterFailure } from "../failed-run";
import { isSpared } from "../spare";
import { find, isOfThisAccount } from "./read";
import { identityOf, type ProductFeatureState, subjectOf, takenOverBy } from "./state";

/** What a delete needs to know; an import need not know more before it is refreshed. */
type Known = Partial<ProductFeatureState> & Pick<ProductFeatureState, "product">;

async function remove(connection: Connection, id: string, state: Known): Promise<void> {
  const { guard, run, say } = connection;
  const subject = subjectOf(id, state);
  await about(subject, async () => {
    await guard.admit(subject, state);
    const findNow = () => find(connection, state.product, id, state, { since: run.listedForDelete() });
    const entitlementFeature = state.entitlementFeature ?? (await findNow())?.entitlement_feature.id;
    if (entitlementFeature !== undefined && isDeclared(connection, subject, id, { ...state, entitlementFeature }))
      return;
    refuseAfterFailure(run, subject);
    const attached = await findNow();
    if (attached === undefined) {
      await guard.believeGone(subject, state, () => isOfThisAccount(connection, state));
    } else {
      const taker = takenOverBy(attached, state, run.marker);
      if (taker !== undefined)
        return say(`${subject} belongs to ${taker} now, as its feature's metadata says: it is left.`);
      await detach(connection, subject, id, state);
    }
    connection.attachedElsewhere.noteDetached(id);
  });
}

export { remove as delete };

function isDeclared(
  connection: Connection,
  subject: string,
  id: string,
  { product, entitlementFeature, owner }: Known & Pick<ProductFeatureState, "entitlementFeature">,
): boolean {
  return isSpared(connection, subject, { id, identity: identityOf({ product, entitlementFeature }), owner });
}

async function detach(connection: Connection, subject: string, id: string, state: Known): Promise<void> {
  const { stripe, snapshot, guard } = connection;
  try {
    await stripe.detachFeature(state.product, id);
    snapshot.noteDetached(state.product, id);
  } catch (error) {
    snapshot.forgetProductFeatures(state.product);
    if (!guard.saysGone(error, state)) throw error;
    await guard.believeGone(subject, state, () => isOfThisAccount(connection, state));
  }
}
