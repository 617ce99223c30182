import { isOutcomeUnknown } from "../../stripe/errors";
import type { FeatureContent, FeatureMetadata, StripeFeature } from "../../stripe/feature";
import type { ProviderContext } from "../context";
import { PartialUpdateError, toUserError } from "../errors";
import { contentOf, differingProperties } from "../properties";
import { type FeatureInputs, featureProperties } from "./properties";
import { stateOf } from "./state";
import { assertMayTakeOver } from "./takeover";
import { findStoredDifferently } from "./texts";

/** A feature as it was last known before a change: complete, or what the state holds. */
export type LastKnownFeature = StripeFeature | (FeatureMetadata & { readonly id: string });

/** The part of the state that Stripe does not hold. */
interface Recorded {
  readonly owner?: string | undefined;
  readonly account?: string | undefined;
}

/**
 * Makes the feature equal the declaration. Takes one request where Stripe holds what is known. The
 * answer shows the metadata as it is now: a second request removes entries that somebody else has
 * added, but not the marker of another stack.
 *
 * @param recorded its account is kept in the state of a partial update
 * @throws PartialUpdateError when the second request failed, another stack has taken the feature
 * over, or Stripe stores the texts in another form
 */
export async function applyChanges(
  context: ProviderContext,
  subject: string,
  known: LastKnownFeature,
  inputs: FeatureInputs,
  recorded: Recorded = {},
): Promise<StripeFeature> {
  if (isComplete(known) && isAsDeclared(known, inputs)) return known;
  let updated = await send(context, known, inputs);
  if (isAsDeclared(updated, inputs)) return updated;
  try {
    assertMayTakeOver(context, subject, updated.marker, inputs, recorded.owner);
    updated = await send(context, updated, inputs);
    const storedDifferently = findStoredDifferently(subject, updated, inputs);
    if (storedDifferently !== undefined) throw storedDifferently;
    return updated;
  } catch (error) {
    const cause = toUserError(subject, error, context.place);
    throw new PartialUpdateError({ ...stateOf(updated, inputs, recorded.account) }, cause);
  }
}

async function send(
  { stripe, lists }: ProviderContext,
  known: LastKnownFeature,
  inputs: FeatureInputs,
): Promise<StripeFeature> {
  try {
    const wanted: FeatureContent = contentOf(featureProperties, inputs);
    const updated = await stripe.updateFeature(known.id, wanted, known);
    lists.noteFeature(updated);
    return updated;
  } catch (error) {
    lists.forgetFeatures();
    if (!isOutcomeUnknown(error)) throw error;
    const now = await stripe.findFeature(known.id).catch(() => undefined);
    if (now !== undefined && isAsDeclared(now, inputs)) return now;
    throw error;
  }
}

function isAsDeclared(feature: StripeFeature, inputs: FeatureInputs): boolean {
  return differingProperties(featureProperties, feature, inputs).length === 0;
}

function isComplete(known: LastKnownFeature): known is StripeFeature {
  return "lookupKey" in known;
}
