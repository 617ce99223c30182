import type { ProviderContext } from "../context";
import { isOutdated } from "./diff";
import { inputsOf, type ProductFeatureInputs, type ProductFeatureState } from "./state";

/** Nothing of an attachment can be changed in Stripe: what is left is what only the state keeps. */
export async function update(
  { run }: ProviderContext,
  _id: string,
  state: ProductFeatureState,
  news: ProductFeatureInputs,
): Promise<ProductFeatureState> {
  const { owner: _owner, adopt: _adopt, featureOwner, ...olds } = state;
  const isKept = featureOwner !== undefined && !isOutdated(state, run);
  return { ...olds, ...(isKept && { featureOwner }), ...inputsOf(news) };
}
