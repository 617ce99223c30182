import { isRefusal } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import { EntitlementsError, toUserError, PartialUpdateError } from "../errors";
import { aboutChange } from "../run/failures";
import { sameMetadata, toWire } from "../metadata";
import { converge, HalfConverged, type KnownFeature } from "./converge";
import { isSameInStripe } from "./diff";
import { retrieve } from "./retrieve";
import { type FeatureInputs, type FeatureState, keptOf, stateOf, subjectOf } from "./state";

export async function update(
  connection: ProviderContext,
  id: string,
  olds: FeatureState,
  news: FeatureInputs,
): Promise<FeatureState> {
  const subject = subjectOf(id, news);
  return aboutChange(connection.run, subject, async () => {
    if (isSameInStripe(olds, news)) return unsent(olds, news);
    const account = (await connection.guard.check(subject, olds)) ?? olds.account;
    try {
      return stateOf(
        await convergeFrom(connection, subject, { id, metadata: toWire(olds.metadata, olds.owner) }, olds, news),
        news,
        account,
      );
    } catch (error) {
      if (!(error instanceof HalfConverged)) throw error;
      throw new PartialUpdateError({ ...stateOf(error.feature, news, account) }, toUserError(subject, error.cause));
    }
  });
}

function unsent({ adopt: _, archiveWhileAttached: __, ...olds }: FeatureState, news: FeatureInputs): FeatureState {
  return { ...olds, ...keptOf(news) };
}

async function convergeFrom(
  connection: ProviderContext,
  subject: string,
  known: KnownFeature,
  olds: FeatureState,
  news: FeatureInputs,
): Promise<StripeFeature> {
  try {
    return await converge(connection, known, news);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const now = await retrieve(connection.stripe, known.id);
    // Stripe never deletes a feature, so a key that may not tell its account has nothing to prove it with.
    if (now === undefined) await connection.guard.confirmGone(subject, olds, async () => false);
    if (!now?.active) throw outsidePulumi(subject, now === undefined ? "deleted" : "archived");
    // Keys that somebody has added since may have left no room for the declared ones.
    if (sameMetadata(now.metadata, known.metadata)) throw error;
    return converge(connection, now, news);
  }
}

function outsidePulumi(subject: string, what: "archived" | "deleted"): EntitlementsError {
  return new EntitlementsError(`${subject}: ${what} outside Pulumi, so it cannot be changed`, {
    hint: "Run `pulumi up --refresh`: it makes a new feature with the same lookup key and moves the attachments to it.",
  });
}
