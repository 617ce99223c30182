import type { StripeApi } from "../../stripe/api";
import { isMissing, isOutcomeUnknown, isRefusal } from "../../stripe/errors";
import type { StripeProductFeature } from "../../stripe/schemas";
import type { ProviderContext } from "../context";
import { EntitlementsError } from "../errors";
import { aboutChange } from "../run/failures";
import { notes, tellOnce } from "../run/log";
import { adopt } from "./adopt";
import { firstStateOf, identityOf, type ProductFeatureInputs, type ProductFeatureState } from "./state";

export async function create(
  connection: ProviderContext,
  inputs: ProductFeatureInputs,
): Promise<{ id: string; outs: ProductFeatureState }> {
  const subject = `ProductFeature of ${inputs.entitlementFeature} on ${inputs.product}`;
  return aboutChange(connection.run, subject, async () => {
    const account = await connection.guard.check(subject);
    const attached = await attachOrAdopt(connection, subject, inputs);
    return { id: attached.id, outs: firstStateOf(attached, inputs, account) };
  });
}

async function attachOrAdopt(
  connection: ProviderContext,
  subject: string,
  inputs: ProductFeatureInputs,
): Promise<StripeProductFeature> {
  const { stripe, lists, run } = connection;
  const { product, entitlementFeature } = inputs;
  try {
    const attached = await stripe.attachFeature(product, entitlementFeature);
    lists.noteProductFeature(product, attached);
    run.holds(identityOf(inputs), attached.id);
    tellOnce(connection, notes.attached);
    return attached;
  } catch (error) {
    // What Stripe answers to a pair that is attached already, or to an archived feature, is not published, and a lost answer says nothing:
    // what the product carries tells.
    if (!isRefusal(error) && !isOutcomeUnknown(error)) throw error;
    lists.forgetProductFeatures(product);
    const adopted = await sayMissing(adopt(connection, subject, inputs), subject, `product ${product}`);
    if (adopted !== undefined) return adopted;
    if (isRefusal(error)) await refuseLost(stripe, subject, entitlementFeature);
    throw error;
  }
}

async function refuseLost(stripe: StripeApi, subject: string, id: string): Promise<void> {
  const feature = await sayMissing(stripe.retrieveFeature(id), subject, `feature ${id}`);
  if (feature.active) return;
  throw new EntitlementsError(`${subject}: the feature is archived, and an archived feature cannot be attached`, {
    hint: "Run `pulumi up --refresh`: a feature that is still declared is made anew, and then attached.",
  });
}

/** Names what is not there: Stripe's 404 to an attachment may mean the product or the feature. */
async function sayMissing<T>(answer: Promise<T>, subject: string, what: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new EntitlementsError(`${subject}: there is no ${what} in this account and mode`, {
      hint: "Check the id, and that the API key belongs to the account and mode that has it.",
      requestId: error.requestId,
    });
  }
}
