import assert from "node:assert/strict";
import { unknownValue } from "../../../../provider/lifecycle/inputs";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import type { ProductFeatureInputs } from "../../../../provider/lifecycle/product-feature/properties";
import type { ProductFeatureState } from "../../../../provider/lifecycle/product-feature/state";
import { localContext } from "../../../support/test-environment";

const pair = { product: "prod_1", entitlementFeature: "feat_1" };
const state: ProductFeatureState = { ...pair, lookupKey: "sso", livemode: false };

const diff = (olds: ProductFeatureState, news: ProductFeatureInputs) =>
  productFeature.diff(localContext(), "prodft_1", olds, news);

describe("ProductFeature.diff", () => {
  it("finds no change where the state holds what is declared", () => {
    assert.deepEqual(diff(state, pair), { changed: [], replaces: [] });
  });

  for (const [property, value] of [
    ["product", "prod_2"],
    ["entitlementFeature", "feat_2"],
    ["entitlementFeature", unknownValue],
  ] as const) {
    const shown = value === unknownValue ? "unknown" : value;
    it(`replaces the attachment when ${property} becomes ${shown}`, () => {
      assert.deepEqual(diff(state, { ...pair, [property]: value }), { changed: [property], replaces: [property] });
    });
  }

  it("names both properties when both change", () => {
    const { replaces } = diff(state, { product: "prod_2", entitlementFeature: "feat_2" });
    assert.deepEqual(replaces, ["product", "entitlementFeature"]);
  });

  for (const change of [{ adopt: "any" }, { owner: "shop/production/sso" }] as const) {
    it(`updates the state when ${Object.keys(change)} changes`, () => {
      assert.deepEqual(diff(state, { ...pair, ...change }), { changed: Object.keys(change), replaces: [] });
    });
  }

  it("updates an imported attachment, which no run has read", () => {
    assert.deepEqual(diff(pair as ProductFeatureState, pair), { changed: ["livemode"], replaces: [] });
  });

  it("names the recorded attachment in the error about a key of the other mode", () => {
    const context = localContext({ keyMode: "live" });
    const news = { product: unknownValue, entitlementFeature: unknownValue };
    assert.throws(() => productFeature.diff(context, "prodft_1", state, news), {
      kind: "wrongMode",
      message:
        "ProductFeature (prodft_1 on prod_1): the API key belongs to live mode, but the stack's state says test mode",
    });
  });
});
