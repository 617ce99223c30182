import type { StripeProductFeature } from "../../stripe/schemas";
import { EntitlementsError } from "../errors";
import type { CreatePlan } from "../ownership/create-plan";
import { type AdoptionPolicy, isForeign, mayAdoptAttachment } from "../ownership/policy";
import type { PreviousDeclaration } from "../run/declarations";
import type { ProductFeatureInputs } from "./properties";
import { subjectOf } from "./state";

/** The facts that the plan of a create depends on, besides the attachment. */
export interface ProductFeatureCreateFacts {
  /** The adoption policy of resources that declare none. */
  readonly adopt: AdoptionPolicy;
  /** Given when the resource declared the same pair in the last run: it replaces its attachment. */
  readonly previous?: PreviousDeclaration | undefined;
  /** Whether the resource that has the attachment declares another pair in this run. */
  readonly isReleased?: boolean | undefined;
}

/** Says what a create will do: attach, adopt the attachment, or why it is rejected. */
export function planCreate(
  inputs: ProductFeatureInputs,
  existing: StripeProductFeature | undefined,
  facts: ProductFeatureCreateFacts,
): CreatePlan {
  if (existing === undefined) return { action: "create" };
  if (!mayAdopt(inputs, existing, facts)) return { action: "reject", error: rejection(existing, inputs) };
  return {
    action: "adopt",
    line: `${existing.id}, which already attaches the feature "${existing.feature.lookupKey}".`,
  };
}

function mayAdopt(
  { adopt, owner }: ProductFeatureInputs,
  { feature: { marker } }: StripeProductFeature,
  { adopt: defaultPolicy, previous, isReleased = false }: ProductFeatureCreateFacts,
): boolean {
  const policy = adopt ?? defaultPolicy;
  if (mayAdoptAttachment(policy, marker, owner)) return true;
  // Another stack may have taken over the feature since the last run, and the attachment with it.
  if (previous !== undefined && !isForeign(marker, owner, previous.owner)) return true;
  return isReleased && policy !== "never" && !isForeign(marker, owner);
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
