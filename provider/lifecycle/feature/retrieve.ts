import type { StripeApi } from "../../stripe/api";
import { isMissing } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/schemas";

/** The feature, archived or not; undefined when there is none. */
export async function retrieve(stripe: StripeApi, id: string): Promise<StripeFeature | undefined> {
  try {
    return await stripe.retrieveFeature(id);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
