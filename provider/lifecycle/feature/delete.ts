import { isOutcomeUnknown, isRefusal } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import { withErrorContext, EntitlementsError } from "../errors";
import { refuseAfterFailure } from "../run/failures";
import { fromWire } from "../metadata";
import { notes, tellOnce } from "../run/log";
import { isSpared } from "../ownership/keep-declared";
import { type FeatureState, identityOf, subjectOf } from "./state";

async function remove(connection: ProviderContext, id: string, state: Partial<FeatureState>): Promise<void> {
  const { guard, lists, run } = connection;
  const subject = subjectOf(id, state);
  await withErrorContext(subject, async () => {
    await guard.check(subject, state);
    const find = () => lists.findFeature(id, { since: run.listedForDelete() });
    // What was imported knows its lookup key only after a refresh.
    const lookupKey = state.lookupKey ?? (await find())?.lookup_key;
    if (lookupKey !== undefined && isDeclared(connection, subject, id, { ...state, lookupKey })) return;
    refuseAfterFailure(run, subject);
    const feature = await find();
    // Stripe never deletes a feature, so a key that may not tell its account has nothing to prove it with.
    if (feature === undefined) return guard.confirmGone(subject, state, async () => false);
    if (!feature.active || isOthers(connection, subject, feature, state)) return;
    await refuseWhileAttached(connection, subject, id, state);
    await archive(connection, id);
  });
}

export { remove as delete };

function isDeclared(
  connection: ProviderContext,
  subject: string,
  id: string,
  { lookupKey, owner }: Partial<FeatureState> & Pick<FeatureState, "lookupKey">,
): boolean {
  return isSpared(connection, subject, { id, identity: identityOf({ lookupKey }), owner });
}

function isOthers({ log }: ProviderContext, subject: string, feature: StripeFeature, state: Partial<FeatureState>): boolean {
  const { owner } = fromWire(feature.metadata);
  if (owner === undefined || owner === state.owner) return false;
  log(`${subject} belongs to ${owner} now, as its metadata says: it is left as it is.`);
  return true;
}

/** An archived feature goes on granting access where it is attached [docs]. */
async function refuseWhileAttached(
  connection: ProviderContext,
  subject: string,
  id: string,
  state: Partial<FeatureState>,
): Promise<void> {
  if (state.archiveWhileAttached || connection.archiveWhileAttached)
    return tellOnce(connection, notes.archivedWhileAttached);
  const carriers = await connection.productScan.productsWith(id);
  if (carriers.length === 0) return;
  const products = carriers.map(({ product }) => `${product.id} "${product.name}"`).join(", ");
  throw new EntitlementsError(
    `${subject}: it is attached to ${products}, and an archived feature goes on granting access there`,
    {
      hint:
        "Detach it there first, or take these attachments into this stack. To archive it all the same, set archiveWhileAttached: true and run " +
        "`pulumi up` before it is deleted, or set STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED=true for this run.",
    },
  );
}

async function archive({ stripe, lists }: ProviderContext, id: string): Promise<void> {
  try {
    lists.noteFeature(await stripe.archiveFeature(id));
  } catch (error) {
    lists.forgetFeatures();
    if (!isRefusal(error) && !isOutcomeUnknown(error)) throw error;
    const now = await stripe.retrieveFeature(id).catch(() => undefined);
    if (now?.active !== false) throw error;
  }
}
