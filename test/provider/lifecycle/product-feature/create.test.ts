import assert from "node:assert/strict";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestEnvironment } from "../../../support/test-environment";
import { createMarkedFeature } from "./attachment";

const post = "POST /v1/products/:product/features";

/** Creates a product and a feature by hand. */
function createPair({ dashboard }: TestEnvironment) {
  const product = dashboard.createProduct({ name: "Enterprise" }).id;
  const entitlementFeature = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" }).id;
  return { product, entitlementFeature };
}

describe("ProductFeature.create", () => {
  it("attaches the feature with one request, and keeps the product in the state", async () => {
    await using env = await setup();
    const pair = createPair(env);
    const { id, outs } = await productFeature.create(env.context, pair);
    assert.deepEqual(outs, { ...pair, lookupKey: "sso", livemode: false, account: env.sandbox.account });
    const [attached, ...others] = env.dashboard.productFeatures(pair.product);
    assert.deepEqual([attached?.id, attached?.entitlement_feature.id, others], [id, pair.entitlementFeature, []]);
    assert.deepEqual(env.requests, [post]);
  });

  it("attaches neither of two attachments of one pair, also if the second is checked later", async () => {
    await using env = await setup();
    const pair = createPair(env);
    const [first, second] = ["team-sso", "sso-of-team"].map((name) => `shop/production/${name}`);
    const check = (owner = "") => productFeature.check(env.context, { owner, olds: {}, news: pair });
    check(first);
    const created = productFeature.create(env.context, pair);
    assert.equal(check(second).failures.length, 1);
    const error = await entitlementsRejection(created);
    assert.match(error.message, /: not created, because shop\/production\/sso-of-team declares it too/);
    assert.deepEqual(env.dashboard.productFeatures(pair.product), []);
  });

  it("names the product that does not exist", async () => {
    await using env = await setup();
    const pair = { ...createPair(env), product: "prod_none" };
    const error = await entitlementsRejection(productFeature.create(env.context, pair));
    assert.equal(
      error.message,
      `ProductFeature (${pair.entitlementFeature} on prod_none): product prod_none does not exist in this account and mode`,
    );
    assert.equal(error.kind, "missing");
    assert.match(error.hint ?? "", /Check the id/);
    assert.match(error.requestId ?? "", /^req_/);
  });

  for (const missingReferenceStatus of [400, 404] as const) {
    it(`names the feature that does not exist when Stripe answers ${missingReferenceStatus}`, async () => {
      await using env = await setup({ choices: { missingReferenceStatus } });
      const pair = { ...createPair(env), entitlementFeature: "feat_none" };
      const error = await entitlementsRejection(productFeature.create(env.context, pair));
      assert.match(error.message, /: feature feat_none does not exist in this account and mode$/);
      assert.equal(error.kind, "missing");
      assert.match(error.requestId ?? "", /^req_/);
      assert.deepEqual(env.dashboard.productFeatures(pair.product), []);
    });
  }

  for (const status of [400, 409, 422]) {
    it(`explains that the feature is archived when Stripe answers ${status}`, async () => {
      await using env = await setup({ choices: { attachArchived: { status, message: "No." } } });
      const pair = createPair(env);
      env.dashboard.archiveFeature(pair.entitlementFeature);
      const error = await entitlementsRejection(productFeature.create(env.context, pair));
      assert.match(error.message, /: the feature is archived, and an archived feature cannot be attached$/);
      assert.equal(error.kind, "archived");
      assert.match(error.hint ?? "", /pulumi up --refresh/);
    });

    it(`names the attachment that already exists when Stripe answers ${status}`, async () => {
      await using env = await setup({ choices: { attachedTwice: { status, message: "No." } } });
      const pair = createPair(env);
      const attached = env.dashboard.attach(pair.product, pair.entitlementFeature);
      const error = await entitlementsRejection(productFeature.create(env.context, pair));
      assert.equal(
        error.message,
        `ProductFeature (${pair.entitlementFeature} on ${pair.product}): the feature "sso", which has no marker, is already ` +
          `attached to the product, as ${attached.id}`,
      );
      assert.equal(error.kind, "alreadyExists");
      assert.match(error.hint ?? "", /^To manage the attachment here, set adopt: "unowned" on this resource/);
      assert.deepEqual(
        env.dashboard.productFeatures(pair.product).map(({ id }) => id),
        [attached.id],
      );
    });
  }

  it("does not advise to import the attachment of another stack's feature", async () => {
    await using env = await setup();
    const { product, entitlementFeature } = createMarkedFeature(env, "shop/staging/api");
    env.dashboard.attach(product, entitlementFeature);
    const inputs = { product, entitlementFeature, owner: "shop/production/team-api" };
    const { hint } = await entitlementsRejection(productFeature.create(env.context, inputs));
    assert.equal(
      hint,
      'To manage the attachment here, set adopt: "any" on this resource. Otherwise remove the resource.',
    );
  });

  it("finds the attachment that already exists among 150 others", async () => {
    await using env = await setup();
    const pair = createPair(env);
    const attached = env.dashboard.attach(pair.product, pair.entitlementFeature);
    for (let n = 0; n < 150; n += 1) {
      const { id } = env.dashboard.createFeature({ lookupKey: `key-${n}`, name: "F" });
      env.dashboard.attach(pair.product, id);
    }
    const error = await entitlementsRejection(productFeature.create(env.context, pair));
    assert.ok(error.message.endsWith(`as ${attached.id}`), error.message);
  });

  it("shows Stripe's message when the refusal has another reason", async () => {
    const attachToInactiveProduct = { status: 400, message: "The product is not available." };
    await using env = await setup({ choices: { attachToInactiveProduct } });
    const pair = createPair(env);
    env.dashboard.setProductActive(pair.product, false);
    const error = await entitlementsRejection(productFeature.create(env.context, pair));
    assert.match(error.message, /: Stripe rejected the request: The product is not available\.$/);
    assert.equal(error.kind, "invalidRequest");
  });

  it("says that the feature is of the other mode", async () => {
    await using env = await setup();
    const live = env.emulator.live.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const pair = { ...createPair(env), entitlementFeature: live.id };
    const error = await entitlementsRejection(productFeature.create(env.context, pair));
    assert.match(error.message, /: the object exists only in the other mode/);
    assert.equal(error.kind, "wrongMode");
  });

  it("attaches once when the response is lost", async () => {
    await using env = await setup({ faults: [{ kind: "drop", when: "after", method: "POST", times: 1 }] });
    const pair = createPair(env);
    const { id } = await productFeature.create(env.context, pair);
    assert.deepEqual(
      env.dashboard.productFeatures(pair.product).map((attached) => attached.id),
      [id],
    );
  });

  it("attaches many features to one product one after the other", async () => {
    await using env = await setup({ faults: [{ kind: "lockTimeout", holdMs: 2, method: "POST" }] });
    const { product } = createPair(env);
    const features = Array.from({ length: 10 }, (_, n) =>
      env.dashboard.createFeature({ lookupKey: `key-${n}`, name: "F" }),
    );
    await Promise.all(
      features.map(({ id }) => productFeature.create(env.context, { product, entitlementFeature: id })),
    );
    assert.equal(env.dashboard.productFeatures(product).length, 10);
    assert.deepEqual(env.requests, Array(10).fill(post));
  });
});
