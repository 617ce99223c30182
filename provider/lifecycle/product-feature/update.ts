import type { Connection } from "../connection";
import { inputsOf, type ProductFeatureInputs, type ProductFeatureState } from "./state";

/** Nothing of an attachment can be changed in Stripe: what is left is what only the state keeps. */
export async function update(
  _connection: Connection,
  _id: string,
  { owner: _owner, adopt: _adopt, ...olds }: ProductFeatureState,
  news: ProductFeatureInputs,
): Promise<ProductFeatureState> {
  return { ...olds, ...inputsOf(news) };
}
