import { isOutcomeUnknown, isRefusal } from "../../stripe/errors";
import type { Connection } from "../connection";
import { about, EntitlementsError } from "../errors";
import { fromWire } from "../metadata";
import { notes, tellOnce } from "../notes";
import { isSpared } from "../spare";
import { type FeatureState, identityOf, subjectOf } from "./state";

/** Milliseconds for which a list may say whose a feature is that is about to be archived. */
const markerMaxAge = 10_000;

async function remove(connection: Connection, id: string, state: FeatureState): Promise<void> {
  const subject = subjectOf(id, state);
  await about(subject, async () => {
    await connection.guard.admit(subject, state);
    if (isSpared(connection, subject, { id, identity: identityOf(state), owner: state.owner })) return;
    if (!(await isStillOwn(connection, subject, id, state))) return;
    await refuseWhileAttached(connection, subject, id, state);
    await archive(connection, id);
  });
}

export { remove as delete };

async function isStillOwn({ snapshot, guard, say }: Connection, subject: string, id: string, state: FeatureState) {
  const feature = await snapshot.findFeature(id, markerMaxAge);
  // Stripe never deletes a feature, so a key that may not tell its account has nothing to prove it with.
  if (feature === undefined) await guard.believeGone(subject, state, async () => false);
  if (feature === undefined || !feature.active) return false;
  const { owner } = fromWire(feature.metadata);
  if (owner === undefined || owner === state.owner) return true;
  say(`${subject} belongs to ${owner} now, as its metadata says: it is left as it is.`);
  return false;
}

/** An archived feature goes on granting access where it is attached [docs]. */
async function refuseWhileAttached(
  connection: Connection,
  subject: string,
  id: string,
  state: FeatureState,
): Promise<void> {
  if (state.archiveWhileAttached || connection.archiveWhileAttached)
    return tellOnce(connection, notes.archivedWhileAttached);
  const carriers = await connection.attachedElsewhere.carriersOf(id);
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

async function archive({ stripe, snapshot }: Connection, id: string): Promise<void> {
  try {
    snapshot.noteFeature(await stripe.archiveFeature(id));
  } catch (error) {
    snapshot.forgetFeatures();
    if (!isRefusal(error) && !isOutcomeUnknown(error)) throw error;
    const now = await stripe.retrieveFeature(id).catch(() => undefined);
    if (now?.active !== false) throw error;
  }
}
