import { isOutcomeUnknown, isRefusal } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/feature";
import type { ProviderContext } from "../context";
import { EntitlementsError, isPartialUpdateError, toUserError } from "../errors";
import type { CreatePlan } from "../ownership/create-plan";
import { contentOf } from "../properties";
import { askBeforeAdoption, assertOnlyHolder, waitForOthers } from "../run/ask-others";
import { applyChanges } from "./apply-changes";
import { createFacts } from "./create-facts";
import { planCreate } from "./plan-create";
import { askedFeature, type FeatureInputs, featureProperties } from "./properties";
import { type FeatureState, stateOf, subjectOf } from "./state";
import { assertSameKey, findStoredDifferently } from "./texts";

export async function create(
  context: ProviderContext,
  inputs: FeatureInputs,
): Promise<{ id: string; outs: FeatureState }> {
  const { guard, knownAccounts, stackMarkers } = context;
  try {
    const account = await guard.checkForCreate(subjectOf(inputs), knownAccounts.waitForFirst());
    // The second resource may have been checked while the guard waited.
    context.declarations.features.assertDeclaredOnce(subjectOf(inputs), inputs.lookupKey);
    const feature = await createOrAdopt(context, inputs);
    if (inputs.owner !== undefined) stackMarkers.recordOwnedFeature(feature.id);
    return { id: feature.id, outs: stateOf(feature, inputs, account) };
  } catch (error) {
    if (!context.replacements.isDeletedFirst(inputs.lookupKey)) throw error;
    throw withLostAccess(toUserError(subjectOf(inputs), error, context.place));
  }
}

/** Adds what the delete of the old feature means to customers until the new one exists. */
function withLostAccess(error: EntitlementsError): EntitlementsError {
  const effect =
    "The old feature was deleted first, so the products that carried it are without it until the next `pulumi up` succeeds.";
  const { message, kind, requestId, hint } = error;
  return new EntitlementsError(message, { kind, requestId, hint: `${hint} ${effect}`, cause: error });
}

async function createOrAdopt(context: ProviderContext, inputs: FeatureInputs): Promise<StripeFeature> {
  const { stripe, lists, existing } = context;
  // The engine may delete another resource's feature with the key first, at the same time.
  await context.archives.waitForThoseOf(inputs.lookupKey);
  await waitForOthers(context, "isArchiving", { kind: "features", key: inputs.lookupKey });
  const listed = await existing.findListedFeature(inputs.lookupKey);
  if (listed !== undefined) return adopt(context, inputs, listed);
  try {
    const created = await stripe.createFeature(contentOf(featureProperties, inputs));
    lists.noteFeature(created);
    context.declarations.features.recordManagedId(inputs.lookupKey, created.id);
    reportStoredTexts(context, created, inputs);
    await assertOnlyHolder(context, subjectOf(inputs), askedFeature(inputs, created));
    return created;
  } catch (error) {
    const found = await findAfterFailure(context, inputs.lookupKey, error).catch(() => undefined);
    if (found === undefined) throw error;
    return adopt(context, inputs, found);
  }
}

function reportStoredTexts({ log }: ProviderContext, created: StripeFeature, inputs: FeatureInputs): void {
  const subject = subjectOf(inputs, created.id);
  assertSameKey(subject, created, inputs);
  const storedDifferently = findStoredDifferently(subject, created, inputs);
  if (storedDifferently !== undefined) log(`${storedDifferently.message}. ${storedDifferently.hint}`);
}

/**
 * Returns the active feature with the lookup key after its create failed. Stripe's answer to a
 * lookup key in use is not published (S14), and a lost answer says nothing.
 */
async function findAfterFailure(
  { stripe, lists, existing }: ProviderContext,
  lookupKey: string,
  error: unknown,
): Promise<StripeFeature | undefined> {
  if (isRefusal(error)) return existing.findRefusedFeature(lookupKey);
  if (!isOutcomeUnknown(error)) return undefined;
  lists.forgetFeatures();
  return stripe.findActiveFeature(lookupKey);
}

/**
 * Adopts the active feature with the declared lookup key, where the policy allows it, and makes it
 * equal the declaration.
 */
async function adopt(context: ProviderContext, inputs: FeatureInputs, existing: StripeFeature): Promise<StripeFeature> {
  const plan = await planAdoption(context, inputs, existing);
  if (plan.action === "reject") throw plan.error;
  if (plan.action === "adopt") context.log(`${subjectOf(inputs)}: adopted ${plan.line}`);
  const adopted = await applyChanges(context, subjectOf(inputs, existing.id), existing, inputs).catch(throwCause);
  context.declarations.features.recordManagedId(inputs.lookupKey, adopted.id);
  return adopted;
}

/** Returns the plan for the active feature with the lookup key, from all that this run declares. */
export async function planAdoption(
  context: ProviderContext,
  inputs: FeatureInputs,
  existing: StripeFeature,
): Promise<CreatePlan> {
  const ask = () => askBeforeAdoption(context, subjectOf(inputs), askedFeature(inputs, existing));
  const plan = planCreate(inputs, existing, createFacts(context, existing, inputs, await ask()));
  if (plan.action === "adopt") return plan;
  // The resource that has the feature may declare it, or another key, later in this run.
  await context.programActivity.waitUntilQuiet();
  return planCreate(inputs, existing, createFacts(context, existing, inputs, await ask(), { isQuiet: true }));
}

/** The next run finds what is left to change: the feature carries the resource's marker by now. */
function throwCause(error: unknown): never {
  throw isPartialUpdateError(error) ? error.cause : error;
}
