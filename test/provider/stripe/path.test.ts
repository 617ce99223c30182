import assert from "node:assert/strict";
import { isMissing } from "../../../provider/stripe/errors";
import { apiPath } from "../../../provider/stripe/path";
import { setup, setupServer } from "../../support/stripe-client";
import { anyObject, featureBody, productFeatureBody } from "../../support/stripe-objects";

const strangeIds = [
  "a/b",
  "a?b=c",
  "a#b",
  "../account",
  "a b",
  "ü😀",
  "%2e%2e",
  "%2F",
  "a;b",
  "..\\..",
  ".%2e",
  "a&b=c",
  "...",
];

describe("apiPath", () => {
  for (const id of strangeIds) {
    it(`keeps the id ${JSON.stringify(id)} in one segment`, async () => {
      await using env = await setupServer(() => ({ body: featureBody() }));
      await env.client.get(apiPath`/v1/entitlements/features/${id}`, anyObject);
      const [, version, area, noun, segment, ...rest] = env.server.requests[0]?.url.split("/") ?? [];
      assert.deepEqual([version, area, noun, rest], ["v1", "entitlements", "features", []]);
      assert.equal(decodeURIComponent(segment ?? ""), id);
    });
  }

  it("keeps each of two ids in its own segment", async () => {
    await using env = await setupServer(() => ({ body: productFeatureBody() }));
    await env.client.get(apiPath`/v1/products/${"my/plan?x"}/features/${"prodft/../1"}`, anyObject);
    assert.equal(env.server.requests[0]?.url, "/v1/products/my%2Fplan%3Fx/features/prodft%2F..%2F1");
  });

  for (const id of ["", ".", ".."]) {
    it(`rejects the id ${JSON.stringify(id)}, which would lead to another endpoint`, () => {
      assert.throws(() => apiPath`/v1/products/${id}/features`, isMissing);
    });
  }

  it("returns a route without the ids", () => {
    assert.equal(apiPath`/v1/products/${"prod_1"}/features/${"prodft_1"}`.route, "/v1/products/:id/features/:id");
    assert.equal(apiPath`/v1/account`.route, "/v1/account");
  });

  it("reaches a product with a custom id", async () => {
    await using env = await setup();
    const { dashboard } = env;
    const product = dashboard.createProduct({ id: "plan: Team & Co. (100%)", name: "Team" });
    const feature = dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const target = apiPath`/v1/products/${product.id}/features`;
    const attached = await env.client.post(target, anyObject, { entitlement_feature: feature.id });
    assert.deepEqual(
      dashboard.productFeatures(product.id).map(({ id }) => id),
      [attached.id],
    );
    await env.client.delete(apiPath`/v1/products/${product.id}/features/${attached.id}`, anyObject);
    assert.deepEqual(dashboard.productFeatures(product.id), []);
  });
});
