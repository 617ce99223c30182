import type { StripeApi } from "../../stripe/api";
import { isMissing, isOutcomeUnknown, isRefusal } from "../../stripe/errors";
import type { StripeProductFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import { EntitlementsError } from "../errors";
import { isForeign, mayAdoptAttachment } from "../ownership/policy";
import { notices } from "../run/log";
import { newState } from "./feature-owner";
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
  context.productScan.noteAttached(inputs.product, attached);
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
  if (existing === undefined) return undefined;
  const { id, feature } = existing;
  const isAllowed = mayAdopt(context, existing, inputs);
  const isReplacement = context.declarations.productFeatures.findPrevious(attachmentKey(inputs)) !== undefined;
  if (!isAllowed && !isReplacement) throw rejection(existing, inputs);
  context.log(`${subjectOf(inputs)}: adopted ${id}, which already attaches the feature "${feature.lookupKey}".`);
  return existing;
}

/** Whether the resource may adopt the attachment of its pair. */
function mayAdopt(
  { adopt: defaultPolicy, replacements }: ProviderContext,
  { id, feature: { marker } }: StripeProductFeature,
  { adopt: policy = defaultPolicy, owner }: ProductFeatureInputs,
): boolean {
  if (mayAdoptAttachment(policy, marker, owner)) return true;
  // The attachment's resource declares another pair in this run. Its delete leaves it alone.
  const isGivenUp = replacements.findReplacementPair(id) !== undefined;
  return policy !== "never" && !isForeign(marker, owner) && isGivenUp;
}

async function findPair(stripe: StripeApi, inputs: ProductFeatureInputs): Promise<StripeProductFeature | undefined> {
  try {
    for await (const attached of stripe.productFeatures(inputs.product)) {
      if (attached.feature.id === inputs.entitlementFeature) return attached;
    }
    return undefined;
  } catch (error) {
    if (isMissing(error)) throw notFound(inputs, `product ${inputs.product}`, error.requestId);
    throw error;
  }
}

function rejection({ id, feature }: StripeProductFeature, inputs: ProductFeatureInputs): EntitlementsError {
  const { lookupKey, marker } = feature;
  const owner = marker === undefined ? "has no marker" : `carries the marker of ${marker}`;
  const policy = marker === undefined ? "unowned" : "any";
  const orImport = isForeign(marker, inputs.owner) ? "" : ", or import it";
  const message = `the feature "${lookupKey}", which ${owner}, is already attached to the product, as ${id}`;
  return new EntitlementsError(`${subjectOf(inputs)}: ${message}`, {
    kind: "alreadyExists",
    hint: `To manage the attachment here, set adopt: "${policy}" on this resource${orImport}. Otherwise remove the resource.`,
  });
}

/** Explains why a feature could not be attached. Returns when nothing is wrong with the feature. */
async function assertFeatureActive(
  stripe: StripeApi,
  inputs: ProductFeatureInputs,
  requestId: string | undefined,
): Promise<void> {
  const feature = await stripe.findFeature(inputs.entitlementFeature);
  if (feature === undefined) throw notFound(inputs, `feature ${inputs.entitlementFeature}`, requestId);
  if (feature.active) return;
  throw new EntitlementsError(
    `${subjectOf(inputs)}: the feature is archived, and an archived feature cannot be attached`,
    {
      kind: "archived",
      hint: "Run `pulumi up --refresh`: it creates a feature that is still declared again, and attaches it.",
    },
  );
}

/**
 * Names the object that does not exist: Stripe's 404 to an attach may mean the product or the
 * feature (S31).
 */
function notFound(inputs: ProductFeatureInputs, what: string, requestId?: string): EntitlementsError {
  return new EntitlementsError(`${subjectOf(inputs)}: ${what} does not exist in this account and mode`, {
    kind: "missing",
    hint: "Check the id, and that the API key belongs to the account and mode that has it.",
    requestId,
  });
}
