import type { StripeFeature } from "../../stripe/schemas";
import type { Connection } from "../connection";
import { EntitlementsError } from "../errors";
import { fromWire, sameMetadata } from "../metadata";
import { isOfSameStack, mayAdoptFeature } from "../ownership";
import { converge, HalfConverged } from "./converge";
import { type FeatureInputs, identityOf } from "./state";

/**
 * Takes over the active feature that has the declared lookup key, where the policy allows it, and makes it what is declared.
 *
 * @returns the feature; undefined when there is none.
 */
export async function adopt(
  connection: Connection,
  subject: string,
  inputs: FeatureInputs,
): Promise<StripeFeature | undefined> {
  const { stripe, run, say } = connection;
  const { lookupKey, owner } = inputs;
  for await (const taken of stripe.activeFeatures({ lookupKey })) {
    const marker = fromWire(taken.metadata).owner;
    const policy = inputs.adopt ?? connection.adopt;
    if (!run.hadBefore(identityOf(inputs)) && !mayAdoptFeature(policy, marker, owner))
      throw refusal(subject, taken, inputs);
    run.adopted(taken.id, owner);
    say(`${subject}: took over ${taken.id}, an active feature with this lookup key ${whose(marker, owner)}.`);
    return converge(connection, taken, inputs).catch(throwCauseOfHalf);
  }
  return undefined;
}

/** What is left to do is found again by the next run: the feature carries the resource's marker by now. */
function throwCauseOfHalf(error: unknown): never {
  throw error instanceof HalfConverged ? error.cause : error;
}

function whose(marker: string | undefined, owner: string | undefined): string {
  if (marker === undefined) return "that carries no marker";
  return marker === owner ? "that this resource made" : `that belonged to ${marker}`;
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
      `aliases: [{ name: "${resource}" }] (and its parent, if that changed); otherwise declare the feature once, ${otherwise}`
    );
  }
  return `Leave it to its stack and read it with Feature.get, take it from there with adopt: "any", ${otherwise}`;
}
