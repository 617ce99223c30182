import { isOutcomeUnknown, isRefusal, type StripeError } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/feature";
import type { ProviderContext } from "../context";
import { EntitlementsError, isPartialUpdateError, toUserError } from "../errors";
import { isKnownText } from "../inputs";
import { isSameStack, mayAdoptFeature } from "../ownership/policy";
import { contentOf, differingProperties } from "../properties";
import type { Successor } from "../run/replacements";
import { resourceName } from "../subject";
import { applyChanges } from "./apply-changes";
import { type FeatureInputs, featureProperties } from "./properties";
import { type FeatureState, stateOf, subjectOf } from "./state";

export async function create(
  context: ProviderContext,
  inputs: FeatureInputs,
): Promise<{ id: string; outs: FeatureState }> {
  const { guard, knownAccounts, stackMarkers } = context;
  try {
    const account = await guard.checkForCreate(subjectOf(inputs), knownAccounts.waitForFirst());
    const feature = await createOrAdopt(context, inputs);
    if (inputs.owner !== undefined) stackMarkers.recordOwnedFeature(feature.id);
    return { id: feature.id, outs: stateOf(feature, inputs, account) };
  } catch (error) {
    if (!context.replacements.isDeletedFirst(inputs.lookupKey)) throw error;
    throw withLostAccess(toUserError(subjectOf(inputs), error));
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
  const { stripe, lists, declarations } = context;
  try {
    const created = await stripe.createFeature(contentOf(featureProperties, inputs));
    lists.noteFeature(created);
    declarations.features.recordManagedId(inputs.lookupKey, created.id);
    return created;
  } catch (error) {
    // Stripe's answer to a lookup key in use is not published (S14), and a lost answer says
    // nothing. The list tells.
    if (!isRefusal(error) && !isOutcomeUnknown(error)) throw error;
    lists.forgetFeatures();
    return adopt(context, inputs, error);
  }
}

/**
 * Adopts the active feature with the declared lookup key, where the policy allows it, and makes it
 * equal the declaration.
 *
 * @param error Stripe's answer to the create. Thrown when there is no such feature, or when that is
 * unknown.
 */
async function adopt(context: ProviderContext, inputs: FeatureInputs, error: StripeError): Promise<StripeFeature> {
  const { stripe, log, declarations } = context;
  const existing = await stripe.findActiveFeature(inputs.lookupKey).catch(() => undefined);
  if (existing === undefined) throw error;
  if (!mayAdopt(context, existing, inputs)) {
    // Another resource may have the feature, and declare another key later in this run.
    await context.programActivity.waitUntilQuiet();
    if (!mayAdopt(context, existing, inputs)) throw rejection(existing, inputs);
  }
  log(
    `${subjectOf(inputs)}: adopted ${existing.id}, an active feature with this lookup key ${markerText(existing, inputs)}.`,
  );
  const adopted = await applyChanges(context, subjectOf(inputs, existing.id), existing, inputs).catch(throwCause);
  declarations.features.recordManagedId(inputs.lookupKey, adopted.id);
  return adopted;
}

/** Whether the resource may adopt the active feature that has its lookup key. */
export function mayAdopt(
  { adopt: defaultPolicy, declarations, replacements }: ProviderContext,
  { id, marker }: StripeFeature,
  { lookupKey, owner, adopt: policy = defaultPolicy }: Successor,
): boolean {
  if (mayAdoptFeature(policy, marker, owner)) return true;
  // The feature's resource declares another key in this run. Its delete leaves the feature alone.
  const isGivenUp = isKnownText(replacements.findReplacement(id)?.lookupKey);
  const isForeign = marker !== undefined && !isSameStack(marker, owner);
  if (policy !== "never" && !isForeign && isGivenUp) return true;
  // A replacement may adopt what it replaces. Its old id is not known here, and if that feature was
  // archived, somebody else may have created one since. So the marker must be the resource's own.
  const previous = declarations.features.findPrevious(lookupKey);
  return previous !== undefined && (marker === previous.owner || marker === owner);
}

/** The next run finds what is left to change: the feature carries the resource's marker by now. */
function throwCause(error: unknown): never {
  throw isPartialUpdateError(error) ? error.cause : error;
}

/** Returns what messages say about the marker of an existing feature. */
export function markerText({ marker }: StripeFeature, { owner }: Pick<Successor, "owner">): string {
  if (marker === undefined) return "without a marker";
  return marker === owner ? "that this resource created" : `with the marker of ${marker}`;
}

function rejection(existing: StripeFeature, inputs: FeatureInputs): EntitlementsError {
  const what = `an active feature already has this lookup key: ${existing.id}, ${markerText(existing, inputs)}`;
  const differences = differencesText(existing, inputs);
  return new EntitlementsError(`${subjectOf(inputs)}: ${what}${differences && `. It has ${differences}`}`, {
    kind: "alreadyExists",
    hint: waysForward(existing.marker, inputs.owner),
  });
}

function differencesText(existing: StripeFeature, inputs: FeatureInputs): string {
  const differences = differingProperties(featureProperties, existing, inputs).filter((name) => name !== "owner");
  const texts = differences.map((name) => {
    const [old, wanted] = [existing[name as keyof StripeFeature], inputs[name as keyof FeatureInputs]];
    return typeof old === "string" && typeof wanted === "string"
      ? `the ${name} "${old}" instead of "${wanted}"`
      : `other ${name}`;
  });
  return texts.join(" and ");
}

/** Returns what the user can do if the resource may not adopt a feature with the marker. */
export function waysForward(marker: string | undefined, owner: string | undefined): string {
  const otherwise = "or choose another lookupKey.";
  if (marker === undefined) {
    return `To manage it here, set adopt: "unowned" on this resource, or import it, ${otherwise}`;
  }
  if (marker === owner) return `adopt: "never" forbids to adopt it. Remove that, ${otherwise}`;
  if (isSameStack(marker, owner)) {
    const resource = resourceName(marker);
    return (
      `"${resource}" is another resource of this stack. If it was renamed or moved to this one, add ` +
      `aliases: [{ name: "${resource}" }] (and its parent, if that changed). Otherwise adopt it with adopt: "any", ${otherwise}`
    );
  }
  return `Leave it to its stack and read it with Feature.get, take it over with adopt: "any", ${otherwise}`;
}
