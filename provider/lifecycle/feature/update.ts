import { isRefusal } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/feature";
import { isSameMetadata } from "../../stripe/metadata";
import type { ProviderContext } from "../context";
import { EntitlementsError } from "../errors";
import { needsRequest, withStateOnlyValues } from "../properties";
import { askBeforeAdoption } from "../run/ask-others";
import { applyChanges } from "./apply-changes";
import { askedFeature, type FeatureInputs, featureProperties } from "./properties";
import { type FeatureState, isImported, recordedMarker, stateOf, subjectOf, withRecordedOwner } from "./state";
import { assertMayTakeOver } from "./takeover";

export async function update(
  context: ProviderContext,
  id: string,
  olds: FeatureState,
  news: FeatureInputs,
): Promise<FeatureState> {
  const known = withRecordedOwner(olds);
  if (!isImported(olds) && !needsRequest(featureProperties, known, news)) {
    return withStateOnlyValues(featureProperties, known, news);
  }
  const finds = async () => (await context.lists.findFeature(id)) !== undefined;
  const account = await context.guard.checkForUpdate(subjectOf(news, id), olds, finds);
  const apply = isImported(olds) ? applyToImported : applyFromState;
  return stateOf(await apply(context, id, olds, news, account), news, account);
}

/**
 * Changes an imported feature from what Stripe holds, because its state says little or nothing.
 * Reads come from the list, so many imports cost one.
 */
async function applyToImported(
  context: ProviderContext,
  id: string,
  olds: FeatureState,
  news: FeatureInputs,
  account: string | undefined,
): Promise<StripeFeature> {
  const subject = subjectOf(news, id);
  const now = await context.lists.findFeature(id);
  if (!now?.active) throw notImportable(subject, now === undefined ? missing : "it is archived, which is permanent");
  if (now.lookupKey !== news.lookupKey) throw notImportable(subject, `its lookup key is "${now.lookupKey}"`);
  assertMayTakeOver(context, subject, now.marker, news, olds.owner);
  await askBeforeAdoption(context, subject, askedFeature(news, now));
  const updated = await applyChanges(context, subject, now, news, { owner: olds.owner, account });
  context.declarations.features.recordManagedId(news.lookupKey, id);
  return updated;
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
  const { metadata, owner } = olds;
  const marker = recordedMarker(olds);
  try {
    const known = (await findToUnmark(context, subject, id, olds, news)) ?? { id, metadata, marker };
    return await applyChanges(context, subject, known, news, { owner, account });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const now = await context.stripe.findFeature(id);
    // Stripe never deletes a feature (S8), so nothing else proves that the key is of the right
    // account.
    if (now === undefined) await context.guard.confirmGone(subject, olds, async () => false);
    if (!now?.active) throw changedOutside(subject, now === undefined ? "deleted" : "archived");
    // Entries that somebody has added may have left no room for the declared ones.
    if (isSameMetadata(now.metadata, metadata) && now.marker === marker) throw error;
    assertMayTakeOver(context, subject, now.marker, news, owner);
    return applyChanges(context, subject, now, news, { owner, account });
  }
}

/**
 * Returns the feature whose marker the update removes, because its stack writes no markers. Another
 * stack may have written its own since. Undefined for other updates, which read nothing, and where
 * the feature is gone.
 */
async function findToUnmark(
  context: ProviderContext,
  subject: string,
  id: string,
  olds: FeatureState,
  news: FeatureInputs,
): Promise<StripeFeature | undefined> {
  if (recordedMarker(olds) === undefined || news.owner !== undefined) return undefined;
  const now = await context.lists.findFeature(id);
  if (!now?.active) return undefined;
  assertMayTakeOver(context, subject, now.marker, news, olds.owner);
  return now;
}

const missing = "it does not exist in the account and mode of the API key";

function notImportable(subject: string, why: string): EntitlementsError {
  return new EntitlementsError(`${subject}: the imported feature cannot be managed, because ${why}`, {
    kind: "invalidArgument",
    hint:
      "Nothing was changed. Remove it from the state with `pulumi state delete`, and import the active feature with the " +
      "declared lookup key, or run `pulumi up` to create one.",
  });
}

function changedOutside(subject: string, what: "archived" | "deleted"): EntitlementsError {
  return new EntitlementsError(`${subject}: ${what} outside Pulumi, so it cannot be changed`, {
    kind: "archived",
    hint: "Run `pulumi up --refresh`: it creates a new feature with the same lookup key and moves the attachments to it.",
  });
}
