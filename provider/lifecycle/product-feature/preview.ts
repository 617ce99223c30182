import { isMissing, isOfOtherMode } from "../../stripe/errors";
import type { StripeProductFeature } from "../../stripe/schemas";
import type { LocalContext, ProviderContext } from "../context";
import { formatError } from "../errors";
import { expectedPlace } from "../expected-place";
import { isKnownText, unknownValue } from "../inputs";
import type { CreatePlan } from "../ownership/create-plan";
import { planExisting } from "./create";
import { archivedFeature, notFound } from "./missing";
import type { ProductFeatureInputs } from "./properties";
import { type ProductFeatureState, subjectOf } from "./state";

export function preview(context: LocalContext, news: ProductFeatureInputs, olds?: ProductFeatureState): object {
  return { ...news, lookupKey: olds?.lookupKey ?? unknownValue, ...expectedPlace(context, olds) };
}

export async function plan(context: ProviderContext, inputs: ProductFeatureInputs): Promise<CreatePlan> {
  const { guard, knownAccounts } = context;
  const { product, entitlementFeature } = inputs;
  // The id of a feature that is new, too, is not known.
  if (!isKnownText(product) || !isKnownText(entitlementFeature)) return { action: "create" };
  await guard.checkForCreate(subjectOf(inputs), knownAccounts.waitForFirst());
  const attached = await findAttached(context, inputs);
  const existing = attached?.find(({ feature }) => feature.id === entitlementFeature);
  if (existing !== undefined) return (await planExisting(context, inputs, existing)).plan;
  return planNew(context, inputs);
}

/** Returns the attachments of the product. Undefined, with a line in the log, without a product. */
async function findAttached(
  { lists, log }: ProviderContext,
  inputs: ProductFeatureInputs,
): Promise<readonly StripeProductFeature[] | undefined> {
  try {
    return await lists.productFeatures(inputs.product);
  } catch (error) {
    // A product may have the same id in both modes (S34). Another provider may create it in the
    // same run.
    if (!isMissing(error) && !isOfOtherMode(error)) throw error;
    log(formatError(notFound(inputs, "product")));
    return undefined;
  }
}

/** Rejects an archived feature (S27). */
async function planNew(context: ProviderContext, inputs: ProductFeatureInputs): Promise<CreatePlan> {
  const { lists, log, stackMarkers } = context;
  if (stackMarkers.isOwnedFeature(inputs.entitlementFeature)) return { action: "create" };
  const feature = await lists.findFeature(inputs.entitlementFeature);
  if (feature === undefined) log(formatError(notFound(inputs, "feature")));
  return feature?.active === false ? { action: "reject", error: archivedFeature(inputs) } : { action: "create" };
}
