import { isOutcomeUnknown } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import { changeTo, sameMetadata, toWire } from "../metadata";
import type { FeatureInputs } from "./state";

/** What is known of a feature before it is changed: all of it, or what the state remembers. */
export type KnownFeature = Pick<StripeFeature, "id" | "metadata"> & Partial<StripeFeature>;

/** Thrown when the first of two requests was done and the second failed, as `cause` says. */
export class HalfConverged extends Error {
  override readonly name = "HalfConverged" as const;

  constructor(
    readonly feature: StripeFeature,
    override readonly cause: unknown,
  ) {
    super("the feature was changed in part", { cause });
  }
}

/**
 * Makes the feature what is declared. One request where Stripe holds what is known: its answer shows the metadata as it is now, and keys
 * that somebody has added since are taken away by a second one.
 */
export async function converge(
  connection: ProviderContext,
  known: KnownFeature,
  inputs: FeatureInputs,
): Promise<StripeFeature> {
  const wanted = toWire(inputs.metadata, inputs.owner);
  const isWanted = ({ name, metadata }: Partial<StripeFeature>) =>
    name === inputs.name && sameMetadata(metadata, wanted);
  const send = ({ id, metadata }: KnownFeature) =>
    updated(connection, id, { name: inputs.name, metadata: changeTo(wanted, metadata) }, isWanted);

  if (isComplete(known) && isWanted(known)) return known;
  const answer = await send(known);
  if (isWanted(answer)) return answer;
  try {
    return await send(answer);
  } catch (error) {
    throw new HalfConverged(answer, error);
  }
}

async function updated(
  { stripe, lists }: ProviderContext,
  id: string,
  change: Parameters<typeof stripe.updateFeature>[1],
  isWanted: (feature: StripeFeature) => boolean,
): Promise<StripeFeature> {
  try {
    const answer = await stripe.updateFeature(id, change);
    lists.noteFeature(answer);
    return answer;
  } catch (error) {
    lists.forgetFeatures();
    if (!isOutcomeUnknown(error)) throw error;
    const now = await stripe.retrieveFeature(id).catch(() => undefined);
    if (now !== undefined && isWanted(now)) return now;
    throw error;
  }
}

function isComplete(known: KnownFeature): known is StripeFeature {
  return known.lookup_key !== undefined;
}
