import type { Entitlements } from "../../stripe/entitlements";
import { isMissing } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/schemas";

/** The feature, archived or not; undefined when there is none. */
export async function retrieve(stripe: Entitlements, id: string): Promise<StripeFeature | undefined> {
  try {
    return await stripe.retrieveFeature(id);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
