import type { ProviderContext } from "../context";
import { inputsOf, withStateOnlyValues } from "../properties";
import { hasStaleOwner } from "./plan";
import { type ProductFeatureInputs, productFeatureProperties } from "./properties";
import type { ProductFeatureState } from "./state";

/** Changes what only the state holds. Stripe cannot update an attachment (S21). */
export async function update(
  { stackMarkers }: ProviderContext,
  _id: string,
  olds: ProductFeatureState,
  news: ProductFeatureInputs,
): Promise<ProductFeatureState> {
  const { featureOwner, ...state } = withStateOnlyValues(productFeatureProperties, olds, news);
  const isKept = featureOwner !== undefined && !hasStaleOwner(olds, stackMarkers);
  // An imported attachment knows its declared values only now.
  return {
    ...state,
    ...inputsOf<ProductFeatureInputs>(productFeatureProperties, news),
    ...(isKept && { featureOwner }),
  };
}
