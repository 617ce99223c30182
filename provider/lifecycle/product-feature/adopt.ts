import type { StripeApi } from "../../stripe/api";
import type { StripeProductFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import { EntitlementsError } from "../errors";
import { fromWire } from "../metadata";
import { mayAdoptAttachment } from "../ownership/policy";
import { identityOf, type ProductFeatureInputs } from "./state";

/**
 * Takes over the attachment of the declared pair, where the policy allows it.
 *
 * @returns the attachment; undefined when there is none.
 */
export async function adopt(
  connection: ProviderContext,
  subject: string,
  inputs: ProductFeatureInputs,
): Promise<StripeProductFeature | undefined> {
  const { run, log } = connection;
  const attached = await findPair(connection.stripe, inputs);
  if (attached === undefined) return undefined;
  const { lookup_key, metadata } = attached.entitlement_feature;
  const marker = fromWire(metadata).owner;
  const isAllowed = mayAdoptAttachment(inputs.adopt ?? connection.adopt, marker, inputs.owner);
  if (run.hadBefore(identityOf(inputs)) === undefined && !isAllowed) throw refusal(subject, attached, marker);
  run.holds(identityOf(inputs), attached.id);
  log(`${subject}: took over ${attached.id}, by which feature "${lookup_key}" was attached already.`);
  return attached;
}

async function findPair(
  stripe: StripeApi,
  { product, entitlementFeature }: ProductFeatureInputs,
): Promise<StripeProductFeature | undefined> {
  for await (const attached of stripe.productFeatures(product)) {
    if (attached.entitlement_feature.id === entitlementFeature) return attached;
  }
  return undefined;
}

function refusal(
  subject: string,
  { id, entitlement_feature }: StripeProductFeature,
  marker: string | undefined,
): EntitlementsError {
  const feature = `feature "${entitlement_feature.lookup_key}"`;
  const whose = marker === undefined ? "carries no marker" : `carries the marker of ${marker}`;
  const policy = marker === undefined ? "unowned" : "any";
  return new EntitlementsError(`${subject}: ${feature}, which ${whose}, is attached to the product already, as ${id}`, {
    hint: `To manage the attachment here, set adopt: "${policy}" on this resource, or import it; otherwise leave it out.`,
  });
}
