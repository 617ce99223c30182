import assert from "node:assert/strict";
import { unknownValue } from "../../../../provider/lifecycle/inputs";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { localContext } from "../../../support/test-environment";

const pair = { product: "prod_1", entitlementFeature: "feat_1" };
const [owner, otherOwner] = ["shop/production/sso", "shop/production/single-sign-on"];

const check = (news: Readonly<Record<string, unknown>>) =>
  productFeature.check(localContext(), { owner: undefined, olds: {}, news });

describe("ProductFeature.check", () => {
  it("returns the declared properties without those that are absent", () => {
    const news = { ...pair, lookupKey: undefined, livemode: undefined };
    assert.deepEqual(check(news), { inputs: pair, failures: [] });
  });

  it("adds the owner, except where the stack writes no markers", () => {
    const request = { owner, olds: {}, news: pair };
    assert.deepEqual(productFeature.check(localContext(), request).inputs, { ...pair, owner });
    assert.deepEqual(productFeature.check(localContext({ ownership: "none" }), request).inputs, pair);
  });

  it("says what to do where --target leaves out a feature that does not exist yet", () => {
    const [failure] = check({ ...pair, entitlementFeature: undefined }).failures;
    assert.equal(failure?.property, "entitlementFeature");
    assert.match(
      failure.reason,
      /is required\. If --target or --exclude leaves out its Feature, select the Feature too/,
    );
  });

  it("accepts a product id that the product's creator chose", () => {
    const chosen = ["plan_enterpriseannual", "plan_EnterpriseAnnual2024", "price_1MoBy5", "sub_team_1MoBy5LkdIwHu7ix"];
    for (const product of ["team", "plan/team?1", "..plan", "Ü 1", "x".repeat(255), ...chosen]) {
      assert.deepEqual(check({ ...pair, product }).failures, []);
    }
  });

  for (const [product, kind] of [
    ["price_1MoBy5LkdIwHu7ixZhnattbh", "a price"],
    ["plan_NjpIbv3g3ZibnD", "a price"],
    ["feat_test_61QGU1MWyFMSP9YBZ41ClCIK", "a feature"],
    ["prodft_1NWI4FEiQxwMfR", "an attachment"],
    ["cus_NffrFeUfNV2Hib", "a customer"],
    ["sub_1MowQVLkdIwHu7ixeRlqHVzs", "a subscription"],
  ] as const) {
    it(`rejects the id of ${kind} instead of a product id: ${product}`, () => {
      const reason = `is the id of ${kind}, not of a product: pass the id of the product (prod_…)`;
      assert.deepEqual(check({ ...pair, product }).failures, [{ property: "product", reason }]);
    });
  }

  it("accepts the id that Stripe generates for a product", () => {
    assert.deepEqual(check({ ...pair, product: "prod_NWjs8kKbJWmuuc" }).failures, []);
  });

  it("accepts the id of a live feature and of a test feature", () => {
    for (const entitlementFeature of ["feat_1AbC", "feat_test_1AbC"]) {
      assert.deepEqual(check({ ...pair, entitlementFeature }).failures, []);
    }
  });

  const rejected: readonly [string, Readonly<Record<string, unknown>>, string, RegExp][] = [
    ["a lookup key instead of a feature id", { entitlementFeature: "sso" }, "entitlementFeature", /not its lookup key/],
    ["a product id instead of a feature id", { entitlementFeature: "prod_1" }, "entitlementFeature", /feat_…/],
    ["a missing feature", { entitlementFeature: undefined }, "entitlementFeature", /is required/],
    ["a missing product", { product: undefined }, "product", /is required/],
    ["a product that is a number", { product: 1 }, "product", /must be a string/],
    ["a product id that is far too long", { product: "x".repeat(256) }, "product", /not be longer than 255/],
    ["a product id that changes the path", { product: ".." }, "product", /is not the id of a product/],
    ["a property that does not exist", { feature: "feat_1" }, "feature", /is not a property of this resource/],
  ];
  for (const [name, change, property, reason] of rejected) {
    it(`rejects ${name}, and names the property`, () => {
      const { failures } = check({ ...pair, ...change });
      assert.equal(failures.length, 1);
      assert.equal(failures[0]?.property, property);
      assert.match(failures[0]?.reason ?? "", reason);
    });
  }

  for (const property of ["product", "entitlementFeature"]) {
    it(`rejects an empty ${property}`, () => {
      const { failures } = check({ ...pair, [property]: "" });
      assert.ok(failures.length > 0);
      assert.ok(failures.every((failure) => failure.property === property));
    });

    it(`accepts a ${property} that only the update will know`, () => {
      const news = { ...pair, [property]: unknownValue };
      assert.deepEqual(check(news), { inputs: news, failures: [] });
    });
  }

  it("rejects a pair that another resource declares, and names that resource", () => {
    const context = localContext();
    assert.deepEqual(productFeature.check(context, { owner, olds: {}, news: pair }).failures, []);
    const { failures } = productFeature.check(context, { owner: otherOwner, olds: {}, news: pair });
    const reason = `${owner} already declares feat_1 on prod_1, and a feature is attached to a product once`;
    assert.deepEqual(failures, [{ property: "entitlementFeature", reason }]);
  });

  it("accepts one feature on two products, and two features on one product", () => {
    const context = localContext();
    for (const [product, entitlementFeature] of [
      ["prod_1", "feat_1"],
      ["prod_2", "feat_1"],
      ["prod_1", "feat_2"],
    ]) {
      const request = { owner: `shop/production/${product}-${entitlementFeature}`, olds: {} };
      const { failures } = productFeature.check(context, { ...request, news: { product, entitlementFeature } });
      assert.deepEqual(failures, []);
    }
  });

  it("records a failure under the name of the resource", () => {
    const context = localContext();
    productFeature.check(context, {
      owner,
      olds: {},
      news: { product: "prod_1", entitlementFeature: unknownValue, x: 1 },
    });
    assert.throws(() => context.failures.assertNoFailure("Feature (feat_1)"), {
      message: 'Feature (feat_1): not deleted, because ProductFeature "sso" (on prod_1) failed in this run',
    });
  });
});
