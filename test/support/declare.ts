import assert from "node:assert/strict";
import type { ProviderContext } from "../../provider/lifecycle/context";
import { feature } from "../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../provider/lifecycle/feature/properties";
import { productFeature } from "../../provider/lifecycle/product-feature";
import type { ProductFeatureInputs } from "../../provider/lifecycle/product-feature/properties";
import type { UncheckedInputs } from "../../provider/lifecycle/resource-rules";

/** Checks and creates a new feature, as the engine does. `olds` are given for a replacement. */
export async function declareFeature(context: ProviderContext, declared: FeatureInputs, olds: UncheckedInputs = {}) {
  const { owner, ...news } = declared;
  const { inputs, failures } = feature.check(context, { owner, olds, news });
  assert.deepEqual(failures, []);
  return feature.create(context, inputs as unknown as FeatureInputs);
}

/** Checks and creates a new attachment, as the engine does. `olds` are given for a replacement. */
export async function declarePair(
  context: ProviderContext,
  declared: ProductFeatureInputs,
  olds: UncheckedInputs = {},
) {
  const { owner, ...news } = declared;
  const { inputs, failures } = productFeature.check(context, { owner, olds, news });
  assert.deepEqual(failures, []);
  return productFeature.create(context, inputs as unknown as ProductFeatureInputs);
}
