import type { StripeApi } from "../../stripe/api";
import type { StripeError } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import { EntitlementsError } from "../errors";
import { fromWire, sameMetadata } from "../metadata";
import { isOfSameStack, mayAdoptFeature } from "../ownership/policy";
import { converge, HalfConverged } from "./converge";
import { type FeatureInputs, identityOf } from "./state";

/**
 * Takes over the active feature that has the declared lookup key, where the policy allows it, and makes it what is declared.
 *
 * @param error what Stripe answered to the creation; thrown when there is no such feature, or when that cannot be told
 */
export async function adopt(
  connection: ProviderContext,
  subject: string,
  inputs: FeatureInputs,
  error: StripeError,
): Promise<StripeFeature> {
  const { run, log } = connection;
  const { lookupKey, owner } = inputs;
  const taken = await findActive(connection.stripe, lookupKey).catch(() => undefined);
  if (taken === undefined) throw error;
  const marker = fromWire(taken.metadata).owner;
  const isAllowed = mayAdoptFeature(inputs.adopt ?? connection.adopt, marker, owner);
  // What a replacement had. (One that is forced is checked as if there had been nothing before.) Its id is not known here, and if that was archived,
  // somebody else may have made a new one since.
  const had = run.hadBefore(identityOf(inputs));
  const isHad = had !== undefined && (marker === had.owner || marker === owner);
  if (!isAllowed && !isHad) throw refusal(subject, taken, inputs);
  log(`${subject}: took over ${taken.id}, an active feature with this lookup key, ${whose(marker, owner)}.`);
  const converged = await converge(connection, taken, inputs).catch(throwCauseOfHalf);
  run.holds(identityOf(inputs), taken.id);
  return converged;
}

async function findActive(stripe: StripeApi, lookupKey: string): Promise<StripeFeature | undefined> {
  for await (const feature of stripe.activeFeatures({ lookupKey })) {
    if (feature.lookup_key === lookupKey) return feature;
  }
  return undefined;
}

/** What is left to do is found again by the next run: the feature carries the resource's marker by now. */
function throwCauseOfHalf(error: unknown): never {
  throw error instanceof HalfConverged ? error.cause : error;
}

function whose(marker: string | undefined, owner: string | undefined): string {
  if (marker === undefined) return "which carries no marker";
  return marker === owner ? "which this resource made" : `which carries the marker of ${marker}`;
}

function refusal(subject: string, taken: StripeFeature, inputs: FeatureInputs): EntitlementsError {
  const marker = fromWire(taken.metadata).owner;
  const differences = differencesOf(taken, inputs);
  const what = `an active feature has this lookup key already: ${taken.id}, ${whose(marker, inputs.owner)}`;
  return new EntitlementsError(`${subject}: ${what}${differences && `. It has ${differences}`}`, {
    hint: waysForward(marker, inputs.owner),
  });
}

function differencesOf(taken: StripeFeature, { name, metadata }: FeatureInputs): string {
  const differences = [
    taken.name !== name && `the name "${taken.name}" instead of "${name}"`,
    !sameMetadata(fromWire(taken.metadata).metadata, metadata) && "other metadata",
  ];
  return differences.filter(Boolean).join(" and ");
}

function waysForward(marker: string | undefined, owner: string | undefined): string {
  const otherwise = "or choose another lookupKey.";
  if (marker === undefined)
    return `To manage it here, set adopt: "unowned" on this resource, or import it; ${otherwise}`;
  if (marker === owner) return `adopt: "never" forbids to take it over: leave that out, ${otherwise}`;
  if (isOfSameStack(marker, owner)) {
    const resource = marker.split("/").slice(2).join("/");
    return (
      `"${resource}" is another resource of this stack. If it was renamed or moved to this one, say so with ` +
      `aliases: [{ name: "${resource}" }] (and its parent, if that changed); otherwise take it over with adopt: "any", ${otherwise}`
    );
  }
  return `Leave it to its stack and read it with Feature.get, take it from there with adopt: "any", ${otherwise}`;
}
