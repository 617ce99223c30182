import { isRefusal } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/feature";
import { isSameMetadata } from "../../stripe/metadata";
import type { ProviderContext } from "../context";
import { EntitlementsError } from "../errors";
import { needsRequest, withStateOnlyValues } from "../properties";
import { applyChanges } from "./apply-changes";
import { type FeatureInputs, featureProperties } from "./properties";
import { type FeatureState, stateOf, subjectOf } from "./state";

export async function update(
  context: ProviderContext,
  id: string,
  olds: FeatureState,
  news: FeatureInputs,
): Promise<FeatureState> {
  if (!needsRequest(featureProperties, olds, news)) return withStateOnlyValues(featureProperties, olds, news);
  const account = (await context.guard.check(subjectOf(news, id), olds)) ?? olds.account;
  return stateOf(await applyFromState(context, id, olds, news, account), news, account);
}

/**
 * Changes the feature from what the state holds. After a refusal, reads the feature and explains or
 * tries once more.
 */
async function applyFromState(
  context: ProviderContext,
  id: string,
  olds: FeatureState,
  news: FeatureInputs,
  account: string | undefined,
): Promise<StripeFeature> {
  const subject = subjectOf(news, id);
  // An imported feature has no metadata in its state before a refresh.
  const { metadata = {}, owner: marker } = olds;
  try {
    return await applyChanges(context, subject, { id, metadata, marker }, news, account);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const now = await context.stripe.findFeature(id);
    // Stripe never deletes a feature (S8), so nothing else proves that the key is of the right
    // account.
    if (now === undefined) await context.guard.confirmGone(subject, olds, async () => false);
    if (!now?.active) throw changedOutside(subject, now === undefined ? "deleted" : "archived");
    // Entries that somebody has added may have left no room for the declared ones.
    if (isSameMetadata(now.metadata, metadata) && now.marker === marker) throw error;
    return applyChanges(context, subject, now, news, account);
  }
}

function changedOutside(subject: string, what: "archived" | "deleted"): EntitlementsError {
  return new EntitlementsError(`${subject}: ${what} outside Pulumi, so it cannot be changed`, {
    kind: "archived",
    hint: "Run `pulumi up --refresh`: it creates a new feature with the same lookup key and moves the attachments to it.",
  });
}
