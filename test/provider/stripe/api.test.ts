import assert from "node:assert/strict";
import { StripeApi } from "../../../provider/stripe/api";
import { stripeRejection } from "../../support/rejection";
import { quickRetries, setup, setupServer } from "../../support/stripe-client";
import { featureBody } from "../../support/stripe-objects";

describe("StripeApi.createFeature", () => {
  for (const text of ["a&b=c%20+d;e", "ü 日本語 😀", "line\nbreak", "'\"<>\\", "%", "+", " "]) {
    it(`stores ${JSON.stringify(text)} unchanged, and finds it as a lookup key`, async () => {
      await using env = await setup();
      const stripe = new StripeApi(env.client);
      await stripe.createFeature({ lookupKey: text, name: text, metadata: { [text]: text }, marker: text });
      const [stored] = env.dashboard.features();
      const metadata = { [text]: text, pulumi_owner: text };
      assert.deepEqual([stored?.lookup_key, stored?.name, stored?.metadata], [text, text, metadata]);
      const found = await stripe.findActiveFeature(text);
      assert.deepEqual(found, {
        ...{ id: stored?.id, lookupKey: text, name: text, metadata: { [text]: text }, marker: text },
        ...{ active: true, livemode: false },
      });
    });
  }

  it("writes no marker when it is undefined", async () => {
    await using env = await setup();
    const stripe = new StripeApi(env.client);
    const created = await stripe.createFeature({ lookupKey: "sso", name: "SSO", metadata: {}, marker: undefined });
    assert.equal(created.marker, undefined);
    assert.deepEqual(env.dashboard.feature(created.id)?.metadata, {});
  });
});

describe("StripeApi.findActiveFeature", () => {
  it("returns the active feature of a lookup key, not an archived one", async () => {
    await using env = await setup({ emulator: { choices: { listWithoutArchived: "all" } } });
    const { dashboard } = env;
    const old = dashboard.createFeature({ lookupKey: "sso", name: "Old" });
    dashboard.archiveFeature(old.id);
    const current = dashboard.createFeature({ lookupKey: "sso", name: "New" });
    assert.equal((await new StripeApi(env.client).findActiveFeature("sso"))?.id, current.id);
  });

  it("returns undefined when the only feature of the lookup key is archived", async () => {
    await using env = await setup();
    const old = env.dashboard.createFeature({ lookupKey: "sso", name: "Old" });
    env.dashboard.archiveFeature(old.id);
    assert.equal(await new StripeApi(env.client).findActiveFeature("sso"), undefined);
  });

  it("ignores features of other lookup keys in the response", async () => {
    const other = featureBody({ id: "feat_2", lookup_key: "api" });
    await using env = await setupServer(() => ({ body: { data: [other, featureBody()], has_more: false } }));
    assert.equal((await new StripeApi(env.client).findActiveFeature("sso"))?.id, "feat_test_1");
    assert.equal(env.server.requests[0]?.url, "/v1/entitlements/features?archived=false&lookup_key=sso&limit=100");
  });
});

describe("StripeApi.activeFeatures", () => {
  it("requests active features only, and skips archived ones in the response", async () => {
    const archived = featureBody({ id: "feat_2", active: false });
    await using env = await setupServer(() => ({ body: { data: [featureBody(), archived], has_more: false } }));
    const listed = await Array.fromAsync(new StripeApi(env.client).activeFeatures());
    assert.deepEqual(
      listed.map(({ id }) => id),
      ["feat_test_1"],
    );
    assert.equal(env.server.requests[0]?.url, "/v1/entitlements/features?archived=false&limit=100");
  });
});

describe("StripeApi.attachFeature", () => {
  it("sends the requests of one product one after another, so that none meets a lock", async () => {
    await using env = await setup({
      emulator: { faults: [{ kind: "lockTimeout", holdMs: 3, route: "/v1/products/:product/features" }] },
      client: { retry: quickRetries(0) },
    });
    const { dashboard, emulator } = env;
    const products = ["Team", "Enterprise"].map((name) => dashboard.createProduct({ name }));
    const features = ["a", "b", "c", "d"].map((lookupKey) => dashboard.createFeature({ lookupKey, name: lookupKey }));
    const stripe = new StripeApi(env.client);
    const pairs = products.flatMap((product) => features.map((feature) => ({ product, feature })));
    await Promise.all(pairs.map(({ product, feature }) => stripe.attachFeature(product.id, feature.id)));
    for (const product of products) assert.equal(dashboard.productFeatures(product.id).length, 4);
    assert.equal(emulator.requests.count(), 8);
  });

  it("attaches after an earlier request for the product failed", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" });
    const feature = env.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const stripe = new StripeApi(env.client);
    const rejected = stripeRejection(stripe.attachFeature(product.id, "feat_none"));
    const attached = stripe.attachFeature(product.id, feature.id);
    assert.equal((await rejected).kind, "missing");
    const { id: attachment } = await attached;
    assert.deepEqual(
      env.dashboard.productFeatures(product.id).map(({ id, entitlement_feature }) => [id, entitlement_feature.id]),
      [[attachment, feature.id]],
    );
  });
});
