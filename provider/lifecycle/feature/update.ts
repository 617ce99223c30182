import { isRefusal } from "../../stripe/errors";
import type { Connection } from "../connection";
import { about, EntitlementsError, explained, PartialUpdateError } from "../errors";
import { toWire } from "../metadata";
import { converge, HalfConverged } from "./converge";
import { isSameInStripe } from "./diff";
import { fate } from "./fate";
import { type FeatureInputs, type FeatureState, keptOf, stateOf, subjectOf } from "./state";

export async function update(
  connection: Connection,
  id: string,
  olds: FeatureState,
  news: FeatureInputs,
): Promise<FeatureState> {
  const subject = subjectOf(id, news);
  return about(subject, async () => {
    if (isSameInStripe(olds, news)) return unsent(olds, news);
    const account = await connection.guard.admit(subject, olds);
    const known = { id, metadata: toWire(olds.metadata, olds.owner) };
    try {
      return stateOf(await converge(connection, known, news), news, account);
    } catch (error) {
      if (error instanceof HalfConverged) {
        throw new PartialUpdateError({ ...stateOf(error.feature, news, account) }, explained(subject, error.cause));
      }
      if (isRefusal(error)) await refuseGone(connection, subject, id);
      throw error;
    }
  });
}

function unsent({ adopt: _, archiveWhileAttached: __, ...olds }: FeatureState, news: FeatureInputs): FeatureState {
  return { ...olds, ...keptOf(news) };
}

async function refuseGone({ stripe }: Connection, subject: string, id: string): Promise<void> {
  const gone = await fate(stripe, id);
  if (gone === "active") return;
  throw new EntitlementsError(`${subject}: ${gone} outside Pulumi, so it cannot be changed`, {
    hint: "Run `pulumi up --refresh`: it makes a new feature with the same lookup key and moves the attachments to it.",
  });
}
