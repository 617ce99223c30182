import assert from "node:assert/strict";
import { create } from "../../../provider/lifecycle/product-feature/index";
import { entitlementsRejection } from "../../support/rejection";
import { setup, type TestEnvironment } from "../../support/test-environment";

const post = "POST /v1/products/:product/features";

/** A product and a feature, made by hand. */
function pairOn({ dashboard }: TestEnvironment, lookupKey = "sso") {
  const product = dashboard.createProduct({ name: "Enterprise" }).id;
  const entitlementFeature = dashboard.createFeature({ lookupKey, name: "Single sign-on" }).id;
  return { product, entitlementFeature };
}

describe("Attaching a feature", () => {
  it("takes one request, and keeps the product in the state", async () => {
    await using set = await setup();
    const pair = pairOn(set);
    const { id, outs } = await create(set.context, pair);
    assert.deepEqual(outs, { ...pair, lookupKey: "sso", livemode: false, account: set.sandbox.account });
    const [attached, ...others] = set.dashboard.productFeatures(pair.product);
    assert.deepEqual([attached?.id, attached?.entitlement_feature.id, others], [id, pair.entitlementFeature, []]);
    assert.deepEqual(set.requests, [post]);
  });

  it("names the product that does not exist", async () => {
    await using set = await setup();
    const pair = { ...pairOn(set), product: "prod_none" };
    const error = await entitlementsRejection(create(set.context, pair));
    assert.equal(
      error.message,
      `ProductFeature of ${pair.entitlementFeature} on prod_none: there is no product prod_none in this account and mode`,
    );
    assert.match(error.hint ?? "", /Check the id/);
    assert.match(error.requestId ?? "", /^req_/);
  });

  for (const missingReferenceStatus of [400, 404] as const) {
    it(`names the feature that does not exist, be that answered with ${missingReferenceStatus}`, async () => {
      await using set = await setup({ choices: { missingReferenceStatus } });
      const pair = { ...pairOn(set), entitlementFeature: "feat_none" };
      const error = await entitlementsRejection(create(set.context, pair));
      assert.match(error.message, /there is no feature feat_none in this account and mode$/);
      assert.deepEqual(set.dashboard.productFeatures(pair.product), []);
    });
  }

  for (const status of [400, 409, 422]) {
    it(`explains that the feature is archived, whatever Stripe answers (${status})`, async () => {
      await using set = await setup({ choices: { attachArchived: { status, message: "No." } } });
      const pair = pairOn(set);
      set.dashboard.archiveFeature(pair.entitlementFeature);
      const error = await entitlementsRejection(create(set.context, pair));
      assert.match(error.message, /the feature is archived, and an archived feature cannot be attached$/);
      assert.match(error.hint ?? "", /pulumi up --refresh/);
    });

    it(`names the attachment that there is already, whatever Stripe answers (${status})`, async () => {
      await using set = await setup({ choices: { attachedTwice: { status, message: "No." } } });
      const pair = pairOn(set);
      const attached = set.dashboard.attach(pair.product, pair.entitlementFeature);
      const error = await entitlementsRejection(create(set.context, pair));
      assert(error.message.endsWith(`attached to the product already, as ${attached.id}`), error.message);
      assert.deepEqual(
        set.dashboard.productFeatures(pair.product).map(({ id }) => id),
        [attached.id],
      );
    });
  }

  it("finds the attachment that there is already among 150 others", async () => {
    await using set = await setup();
    const pair = pairOn(set);
    const attached = set.dashboard.attach(pair.product, pair.entitlementFeature);
    for (let n = 0; n < 150; n += 1) {
      const feature = set.dashboard.createFeature({ lookupKey: `key-${n}`, name: "F" });
      set.dashboard.attach(pair.product, feature.id);
    }
    const error = await entitlementsRejection(create(set.context, pair));
    assert(error.message.endsWith(`as ${attached.id}`), error.message);
  });

  it("passes on a refusal that has none of these reasons, with Stripe's words", async () => {
    const attachToInactiveProduct = { status: 400, message: "The product is not available." };
    await using set = await setup({ choices: { attachToInactiveProduct } });
    const pair = pairOn(set);
    set.dashboard.setProductActive(pair.product, false);
    const error = await entitlementsRejection(create(set.context, pair));
    assert.match(error.message, /Stripe refused the request: The product is not available\.$/);
  });

  it("says that the feature is of the other mode", async () => {
    await using set = await setup();
    const live = set.emulator.live.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const error = await entitlementsRejection(create(set.context, { ...pairOn(set), entitlementFeature: live.id }));
    assert.match(error.message, /the API key is of the other mode/);
  });

  it("attaches once when the answer is lost", async () => {
    await using set = await setup({ faults: [{ kind: "drop", when: "after", method: "POST", times: 1 }] });
    const pair = pairOn(set);
    const { id } = await create(set.context, pair);
    assert.deepEqual(
      set.dashboard.productFeatures(pair.product).map((attached) => attached.id),
      [id],
    );
  });

  it("attaches many features to one product at once, one after the other", async () => {
    await using set = await setup({ faults: [{ kind: "lockTimeout", holdMs: 2, method: "POST" }] });
    const { product } = pairOn(set);
    const features = Array.from({ length: 10 }, (_, n) =>
      set.dashboard.createFeature({ lookupKey: `key-${n}`, name: "F" }),
    );
    await Promise.all(features.map(({ id }) => create(set.context, { product, entitlementFeature: id })));
    assert.equal(set.dashboard.productFeatures(product).length, 10);
    assert.deepEqual(set.requests, Array(10).fill(post));
  });
});
