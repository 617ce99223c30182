import type { ProviderContext } from "../context";
import { withErrorContext } from "../errors";
import { refuseAfterFailure } from "../run/failures";
import { isSpared } from "../ownership/keep-declared";
import { find, isOfThisAccount } from "./read";
import { identityOf, type ProductFeatureState, subjectOf, takenOverBy } from "./state";

/** What a delete needs to know; an import need not know more before it is refreshed. */
type Known = Partial<ProductFeatureState> & Pick<ProductFeatureState, "product">;

async function remove(connection: ProviderContext, id: string, state: Known): Promise<void> {
  const { guard, run, log } = connection;
  const subject = subjectOf(id, state);
  await withErrorContext(subject, async () => {
    await guard.check(subject, state);
    const findNow = () => find(connection, state.product, id, state, { since: run.listedForDelete() });
    const entitlementFeature = state.entitlementFeature ?? (await findNow())?.entitlement_feature.id;
    if (entitlementFeature !== undefined && isDeclared(connection, subject, id, { ...state, entitlementFeature }))
      return;
    refuseAfterFailure(run, subject);
    const attached = await findNow();
    if (attached === undefined) {
      await guard.confirmGone(subject, state, () => isOfThisAccount(connection, state));
    } else {
      const taker = takenOverBy(attached, state, run.marker);
      if (taker !== undefined)
        return log(`${subject} belongs to ${taker} now, as its feature's metadata says: it is left.`);
      await detach(connection, subject, id, state);
    }
    connection.productScan.noteDetached(id);
  });
}

export { remove as delete };

function isDeclared(
  connection: ProviderContext,
  subject: string,
  id: string,
  { product, entitlementFeature, owner }: Known & Pick<ProductFeatureState, "entitlementFeature">,
): boolean {
  return isSpared(connection, subject, { id, identity: identityOf({ product, entitlementFeature }), owner });
}

async function detach(connection: ProviderContext, subject: string, id: string, state: Known): Promise<void> {
  const { stripe, lists, guard } = connection;
  try {
    await stripe.detachFeature(state.product, id);
    lists.noteDetached(state.product, id);
  } catch (error) {
    lists.forgetProductFeatures(state.product);
    if (!guard.isGoneError(error, state)) throw error;
    await guard.confirmGone(subject, state, () => isOfThisAccount(connection, state));
  }
}
