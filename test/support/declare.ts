import assert from "node:assert/strict";
import type { ProviderContext } from "../../provider/lifecycle/context";
import * as feature from "../../provider/lifecycle/feature";
import * as productFeature from "../../provider/lifecycle/product-feature";
import type { UncheckedInputs } from "../../provider/lifecycle/resource-rules";

/** What the engine does for a feature that is new in the program: `olds` are given for a replacement. */
export async function declareFeature(connection: ProviderContext, news: feature.FeatureInputs, olds: UncheckedInputs = {}) {
  const { inputs, failures } = feature.check(connection, olds, { ...news });
  assert.deepEqual(failures, []);
  return feature.create(connection, inputs as unknown as feature.FeatureInputs);
}

/** The same for an attachment. */
export async function declarePair(
  connection: ProviderContext,
  news: productFeature.ProductFeatureInputs,
  olds: UncheckedInputs = {},
) {
  const { inputs, failures } = productFeature.check(connection, olds, { ...news });
  assert.deepEqual(failures, []);
  return productFeature.create(connection, inputs as unknown as productFeature.ProductFeatureInputs);
}
