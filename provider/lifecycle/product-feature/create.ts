import type { StripeApi } from "../../stripe/api";
import { isMissing, isOutcomeUnknown, isRefusal } from "../../stripe/errors";
import type { StripeProductFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import { notices } from "../run/log";
import { newState } from "./feature-owner";
import { archivedFeature, notFound } from "./missing";
import { planCreate } from "./plan-create";
import { attachmentKey, type ProductFeatureInputs } from "./properties";
import { type ProductFeatureState, subjectOf } from "./state";

export async function create(
  context: ProviderContext,
  inputs: ProductFeatureInputs,
): Promise<{ id: string; outs: ProductFeatureState }> {
  const { guard, knownAccounts } = context;
  const account = await guard.checkForCreate(subjectOf(inputs), knownAccounts.waitForFirst());
  const attached = await attachOrAdopt(context, inputs);
  context.declarations.productFeatures.recordManagedId(attachmentKey(inputs), attached.id);
  return { id: attached.id, outs: await newState(context, attached, inputs, account) };
}

async function attachOrAdopt(context: ProviderContext, inputs: ProductFeatureInputs): Promise<StripeProductFeature> {
  const { stripe, lists, log, onceLog } = context;
  const { product, entitlementFeature } = inputs;
  try {
    const attached = await stripe.attachFeature(product, entitlementFeature);
    lists.noteProductFeature(product, attached);
    onceLog.logOnce(log, notices.attached);
    return attached;
  } catch (error) {
    // Stripe's answer to a pair that exists, or to an archived feature, is not published (S26,
    // S27), and a lost answer says nothing. The product's list tells.
    if (!isRefusal(error) && !isOutcomeUnknown(error)) throw error;
    lists.forgetProductFeatures(product);
    const adopted = await adopt(context, inputs);
    if (adopted !== undefined) return adopted;
    if (isRefusal(error)) await assertFeatureActive(stripe, inputs, error.requestId);
    throw error;
  }
}

/**
 * Adopts the attachment of the declared pair, where the policy allows it. Returns undefined if the
 * pair is not attached.
 */
async function adopt(
  context: ProviderContext,
  inputs: ProductFeatureInputs,
): Promise<StripeProductFeature | undefined> {
  const existing = await findPair(context.stripe, inputs);
  const isReplacement = context.declarations.productFeatures.findPrevious(attachmentKey(inputs)) !== undefined;
  const plan = planCreate(inputs, existing, { adopt: context.adopt, isReplacement });
  if (plan.action === "reject") throw plan.error;
  if (plan.action === "adopt") context.log(`${subjectOf(inputs)}: adopted ${plan.line}`);
  return existing;
}

async function findPair(stripe: StripeApi, inputs: ProductFeatureInputs): Promise<StripeProductFeature | undefined> {
  try {
    for await (const attached of stripe.productFeatures(inputs.product)) {
      if (attached.feature.id === inputs.entitlementFeature) return attached;
    }
    return undefined;
  } catch (error) {
    if (isMissing(error)) throw notFound(inputs, "product", error.requestId);
    throw error;
  }
}

/** Explains why a feature could not be attached. Returns when nothing is wrong with the feature. */
async function assertFeatureActive(
  stripe: StripeApi,
  inputs: ProductFeatureInputs,
  requestId: string | undefined,
): Promise<void> {
  const feature = await stripe.findFeature(inputs.entitlementFeature);
  if (feature === undefined) throw notFound(inputs, "feature", requestId);
  if (!feature.active) throw archivedFeature(inputs);
}
