import assert from "node:assert/strict";
import { subjectOf as subjectOfFeature } from "../../../provider/lifecycle/feature/state";
import { subjectOf as subjectOfProductFeature } from "../../../provider/lifecycle/product-feature/state";
import { formatSubject, resourceName } from "../../../provider/lifecycle/subject";

const owner = "shop/production/plans/sso";

describe("formatSubject", () => {
  it("names the resource in quotes, and the details in parentheses", () => {
    assert.equal(formatSubject("Feature", owner, "feat_1"), 'Feature "plans/sso" (feat_1)');
  });

  it("leaves out a name and details that are not known", () => {
    assert.equal(formatSubject("Feature", undefined, "feat_1"), "Feature (feat_1)");
    assert.equal(formatSubject("Feature", owner, ""), 'Feature "plans/sso"');
  });

  it("leaves out the name of a marker that does not name a resource", () => {
    assert.equal(formatSubject("Feature", "somebody", "feat_1"), "Feature (feat_1)");
  });
});

describe("resourceName", () => {
  it("returns all that follows the project and the stack", () => {
    assert.equal(resourceName(owner), "plans/sso");
    assert.equal(resourceName("shop/production/sso"), "sso");
  });
});

describe("subjectOf", () => {
  it("names a feature by its id and its lookup key, as far as they are known", () => {
    assert.equal(
      subjectOfFeature({ lookupKey: "sso", owner }, "feat_1"),
      'Feature "plans/sso" (feat_1, lookup key "sso")',
    );
    assert.equal(subjectOfFeature({ lookupKey: "sso" }), 'Feature (lookup key "sso")');
    assert.equal(subjectOfFeature({}, "feat_1"), "Feature (feat_1)");
  });

  it("names an attachment by its id, or its feature before it has one, and its product", () => {
    const pair = { product: "prod_1", entitlementFeature: "feat_1", owner };
    assert.equal(subjectOfProductFeature(pair, "prodft_1"), 'ProductFeature "plans/sso" (prodft_1 on prod_1)');
    assert.equal(subjectOfProductFeature(pair), 'ProductFeature "plans/sso" (feat_1 on prod_1)');
    assert.equal(subjectOfProductFeature({}, "prodft_1"), "ProductFeature (prodft_1)");
  });
});
