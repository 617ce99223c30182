import assert from "node:assert/strict";
import {
  check as checkIn,
  diff as diffIn,
  type ProductFeatureInputs,
  type ProductFeatureState,
} from "../../../provider/lifecycle/product-feature/index";
import { unknownValue } from "../../../provider/lifecycle/unknown";
import { localContext } from "../../support/test-environment";

const check = (news: Readonly<Record<string, unknown>>) => checkIn(localContext(), {}, news);
const diff = (olds: ProductFeatureState, news: ProductFeatureInputs) => diffIn(localContext(), "prodft_1", olds, news);

const pair = { product: "prod_1", entitlementFeature: "feat_1" };
const state: ProductFeatureState = { ...pair, lookupKey: "sso", livemode: false };

describe("The check of an attachment", () => {
  it("passes on a product and a feature, and nothing that is not declared", () => {
    const news = { ...pair, __provider: "code", lookupKey: undefined, livemode: undefined };
    assert.deepEqual(check(news), { inputs: pair, failures: [] });
  });

  it("takes a product id that its owner chose", () => {
    for (const product of ["team", "plan/team?1", "..plan", "Ü 1", "x".repeat(255)]) {
      assert.deepEqual(check({ ...pair, product }).failures, []);
    }
  });

  it("takes the id of a live feature and of a test feature", () => {
    for (const entitlementFeature of ["feat_1AbC", "feat_test_1AbC"]) {
      assert.deepEqual(check({ ...pair, entitlementFeature }).failures, []);
    }
  });

  const refused: readonly [string, Readonly<Record<string, unknown>>, string, RegExp][] = [
    [
      "a lookup key in place of a feature id",
      { entitlementFeature: "sso" },
      "entitlementFeature",
      /not its lookup key/,
    ],
    ["a product id in place of a feature id", { entitlementFeature: "prod_1" }, "entitlementFeature", /feat_…/],
    ["a feature that is missing", { entitlementFeature: undefined }, "entitlementFeature", /is required/],
    ["a product that is missing", { product: undefined }, "product", /is required/],
    ["a product that is a number", { product: 1 }, "product", /must be a string/],
    ["a product id that is far too long", { product: "x".repeat(256) }, "product", /not be longer than 255/],
    ["a property that does not exist", { feature: "feat_1" }, "feature", /is not a property of this resource/],
  ];
  for (const [name, change, property, reason] of refused) {
    it(`refuses ${name}, naming it`, () => {
      const { failures } = check({ ...pair, ...change });
      assert.equal(failures.length, 1);
      assert.equal(failures[0]?.property, property);
      assert.match(failures[0]?.reason ?? "", reason);
    });
  }

  for (const property of ["product", "entitlementFeature"]) {
    it(`refuses a ${property} that is empty`, () => {
      const { failures } = check({ ...pair, [property]: "" });
      assert(failures.length > 0);
      assert(failures.every((failure) => failure.property === property));
    });

    it(`passes a ${property} that only the update will know`, () => {
      const news = { ...pair, [property]: unknownValue };
      assert.deepEqual(check(news), { inputs: news, failures: [] });
    });
  }
});

describe("The diff of an attachment", () => {
  it("finds nothing where all is as declared", () => assert.equal(diff(state, pair).changes, false));

  for (const [property, value] of [
    ["product", "prod_2"],
    ["entitlementFeature", "feat_2"],
    ["entitlementFeature", unknownValue],
  ] as const) {
    it(`replaces the attachment for another ${property}, the new one first`, () => {
      assert.deepEqual(diff(state, { ...pair, [property]: value }), {
        changes: true,
        replaces: [property],
      });
    });
  }

  it("names both properties when both are changed", () => {
    const { replaces } = diff(state, { product: "prod_2", entitlementFeature: "feat_2" });
    assert.deepEqual(replaces, ["product", "entitlementFeature"]);
  });
});
