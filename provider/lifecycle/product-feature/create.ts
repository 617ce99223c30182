import type { StripeApi } from "../../stripe/api";
import { isMissing, isOutcomeUnknown, isRefusal, type StripeError } from "../../stripe/errors";
import type { StripeProductFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import type { CreatePlan } from "../ownership/create-plan";
import { askBeforeAdoption, assertOnlyHolder, waitForOthers } from "../run/ask-others";
import { notices } from "../run/log";
import { newState, withCurrentMarker } from "./feature-owner";
import { archivedFeature, notFound } from "./missing";
import { planCreate } from "./plan-create";
import { askedAttachment, attachmentKey, type ProductFeatureInputs } from "./properties";
import { type ProductFeatureState, subjectOf } from "./state";

export async function create(
  context: ProviderContext,
  inputs: ProductFeatureInputs,
): Promise<{ id: string; outs: ProductFeatureState }> {
  const { guard, knownAccounts } = context;
  const account = await guard.checkForCreate(subjectOf(inputs), knownAccounts.waitForFirst());
  // The second resource may have been checked while the guard waited.
  context.declarations.productFeatures.assertDeclaredOnce(subjectOf(inputs), attachmentKey(inputs));
  const attached = await attachOrAdopt(context, inputs);
  context.declarations.productFeatures.recordManagedId(attachmentKey(inputs), attached.id);
  await assertOnlyHolder(context, subjectOf(inputs), askedAttachment(inputs, attached.id));
  context.productScan.noteAttached(inputs.product, attached);
  return { id: attached.id, outs: await newState(context, attached, inputs, account) };
}

function attachOrAdopt(context: ProviderContext, inputs: ProductFeatureInputs): Promise<StripeProductFeature> {
  return context.existing.inSequence(inputs, async () => {
    // The engine may delete the old attachment of the pair first, at the same time.
    const feature = inputs.entitlementFeature;
    await context.detaches.inFlight.waitForThoseOf(feature);
    await waitForOthers(context, "isDetaching", { kind: "features", key: "", feature });
    const listed = await context.existing.findListedAttachment(inputs);
    return listed === undefined ? attach(context, inputs) : adopt(context, inputs, listed);
  });
}

async function attach(context: ProviderContext, inputs: ProductFeatureInputs): Promise<StripeProductFeature> {
  const { stripe, lists, existing, onceLog } = context;
  const { product, entitlementFeature } = inputs;
  try {
    const attached = await stripe.attachFeature(product, entitlementFeature);
    lists.noteProductFeature(product, attached);
    if (mayHaveSubscribers(context, attached)) onceLog.logOnce(notices.attached);
    return attached;
  } catch (error) {
    // Stripe's answer to a pair that exists, or to an archived feature, is not published (S26,
    // S27), and a lost answer says nothing. The product's list tells.
    if (!isRefusal(error) && !isOutcomeUnknown(error)) throw error;
    const found = await existing.findFailedAttachment(inputs);
    if (found !== undefined) return adopt(context, inputs, found);
    if (isRefusal(error)) await assertExists(stripe, inputs, error);
    throw error;
  }
}

/** Whether customers may have the product. In test mode only once the stack has been deployed. */
function mayHaveSubscribers({ declarations }: ProviderContext, { livemode }: StripeProductFeature): boolean {
  return livemode || declarations.features.hasPrevious || declarations.productFeatures.hasPrevious;
}

/** Returns the plan for the attachment of the declared pair, and the attachment as it will be. */
export async function planExisting(
  context: ProviderContext,
  inputs: ProductFeatureInputs,
  existing: StripeProductFeature,
): Promise<{ readonly plan: CreatePlan; readonly attached: StripeProductFeature }> {
  const { declarations, replacements, stackMarkers } = context;
  const others = await askBeforeAdoption(context, subjectOf(inputs), askedAttachment(inputs, existing.id));
  if (others.some(({ isOwnedFeature }) => isOwnedFeature)) stackMarkers.recordOwnedFeature(inputs.entitlementFeature);
  const previous = declarations.productFeatures.findPrevious(attachmentKey(inputs));
  // The attachment's resource declares another pair in this run. Its delete leaves it alone.
  const isReleased =
    replacements.findReplacementPair(existing.id) !== undefined || others.some(({ isGivenUp }) => isGivenUp);
  const attached = withCurrentMarker(context, existing, inputs);
  return { plan: planCreate(inputs, attached, { adopt: context.adopt, previous, isReleased }), attached };
}

/** Adopts the attachment of the declared pair, where the policy allows it. */
async function adopt(
  context: ProviderContext,
  inputs: ProductFeatureInputs,
  existing: StripeProductFeature,
): Promise<StripeProductFeature> {
  const { plan, attached } = await planExisting(context, inputs, existing);
  if (plan.action === "reject") throw plan.error;
  if (plan.action === "adopt") context.log(`${subjectOf(inputs)}: adopted ${plan.line}`);
  return attached;
}

/** Explains why a feature could not be attached. Returns when product and feature are in order. */
async function assertExists(stripe: StripeApi, inputs: ProductFeatureInputs, error: StripeError): Promise<void> {
  const feature = await stripe.findFeature(inputs.entitlementFeature);
  if (feature === undefined) throw notFound(inputs, "feature", error.requestId);
  if (!feature.active) throw archivedFeature(inputs);
  if (isMissing(error)) throw notFound(inputs, "product", error.requestId);
}
