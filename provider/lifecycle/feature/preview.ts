import type { StripeFeature } from "../../stripe/feature";
import type { LocalContext, ProviderContext } from "../context";
import { expectedPlace } from "../expected-place";
import { isKnownText, unknownValue } from "../inputs";
import type { CreatePlan } from "../ownership/create-plan";
import { planAdoption } from "./create";
import type { FeatureInputs } from "./properties";
import { type FeatureState, subjectOf } from "./state";

export function preview(context: LocalContext, news: FeatureInputs, olds?: FeatureState): object {
  return { ...news, metadata: news.metadata ?? {}, active: true, ...expectedPlace(context, olds) };
}

export async function plan(context: ProviderContext, inputs: FeatureInputs): Promise<CreatePlan> {
  const { guard, knownAccounts, lists, stackMarkers } = context;
  if (!isKnownText(inputs.lookupKey)) return { action: "create" };
  await guard.checkForCreate(subjectOf(inputs), knownAccounts.waitForFirst());
  const existing = (await lists.activeFeatures()).find(({ lookupKey }) => lookupKey === inputs.lookupKey);
  if (existing === undefined) return { action: "create" };
  const planned = await planAdoption(context, withUnknown(inputs, existing), existing);
  if (planned.action === "adopt" && inputs.owner !== undefined) stackMarkers.recordOwnedFeature(existing.id);
  return planned;
}

/** Returns the inputs. A value that is not known yet counts as the one that exists. */
function withUnknown(inputs: FeatureInputs, existing: StripeFeature): FeatureInputs {
  const name = isKnownText(inputs.name) ? inputs.name : existing.name;
  const metadata = Object.entries(inputs.metadata ?? {}).map(([key, value]) => [
    key,
    value === unknownValue ? (existing.metadata[key] ?? value) : value,
  ]);
  return { ...inputs, name, metadata: Object.fromEntries(metadata) };
}
