import assert from "node:assert/strict";
import type { StripeError } from "../../../provider/stripe/errors";
import { featureSchema } from "../../../provider/stripe/feature";
import { apiPath } from "../../../provider/stripe/path";
import { productFeatureSchema } from "../../../provider/stripe/schemas";
import { stripeRejection } from "../../support/rejection";
import { quickRetries, setupServer } from "../../support/stripe-client";
import { featureBody } from "../../support/stripe-objects";

const features = apiPath`/v1/entitlements/features`;
const feature = apiPath`/v1/entitlements/features/${"feat_1"}`;

/** Returns the error of a client that receives the body instead of a feature. */
async function errorOf(body: unknown): Promise<StripeError> {
  await using env = await setupServer(() => ({ body }), { retry: quickRetries(0) });
  return await stripeRejection(env.client.get(feature, featureSchema));
}

describe("ResponseReader.read", () => {
  it("rejects a body that is not JSON, and quotes its start", async () => {
    const error = await errorOf("<html><body>Welcome to the hotel</body></html>");
    assert.equal(error.kind, "unexpectedAnswer");
    assert.match(error.message, /127\.0\.0\.1:\d+ to GET \/v1\/entitlements\/features\/:id \(HTTP 200\) is not JSON/);
    assert.ok(error.message.includes("<html><body>Welcome"), error.message);
  });

  it("rejects a redirect without following it", async () => {
    const redirect = { status: 302, headers: { location: "/elsewhere" }, body: "Found" };
    await using env = await setupServer(() => redirect);
    const error = await stripeRejection(env.client.get(feature, featureSchema));
    assert.equal(error.kind, "unexpectedAnswer");
    assert.equal(env.server.requests.length, 1);
  });

  for (const field of ["id", "object", "active", "livemode", "lookup_key", "name"]) {
    it(`rejects a feature without ${field}, and names the field`, async () => {
      const error = await errorOf(featureBody({ [field]: undefined }));
      assert.equal(error.kind, "unexpectedAnswer");
      assert.ok(error.message.includes(`(${field}: `), error.message);
    });
  }

  it("rejects an object of another type", async () => {
    const error = await errorOf(featureBody({ object: "product" }));
    assert.equal(error.kind, "unexpectedAnswer");
    assert.match(error.message, /object/);
  });

  for (const body of ["[]", "null", '"text"', "1"]) {
    it(`rejects the body ${body}, which is not an object`, async () => {
      const error = await errorOf(body);
      assert.equal(error.kind, "unexpectedAnswer");
      assert.match(error.message, /\(Invalid input: expected object/);
    });
  }

  it("rejects a list with an invalid object, and names the object and its field", async () => {
    await using env = await setupServer(() => ({
      body: { data: [featureBody(), featureBody({ name: 1 })], has_more: false },
    }));
    const error = await stripeRejection(Array.fromAsync(env.client.list(features, featureSchema)));
    assert.ok(error.message.includes("(data.1.name: "), error.message);
  });

  it("rejects an attachment without a feature, and names the field", async () => {
    await using env = await setupServer(() => ({
      body: { id: "prodft_1", object: "product_feature", livemode: false },
    }));
    const target = apiPath`/v1/products/${"prod_1"}/features/${"prodft_1"}`;
    const error = await stripeRejection(env.client.get(target, productFeatureSchema));
    assert.ok(error.message.includes("(entitlement_feature: "), error.message);
  });

  it("accepts unknown fields and null metadata", async () => {
    const body = featureBody({ created: 1, nested: { a: [] }, metadata: null });
    await using env = await setupServer(() => ({ body }));
    assert.deepEqual(await env.client.get(feature, featureSchema), {
      ...{ id: "feat_test_1", lookupKey: "sso", name: "Single sign-on", metadata: {}, marker: undefined },
      ...{ active: true, livemode: false },
    });
  });

  it("separates the marker from the metadata", async () => {
    const body = featureBody({ metadata: { team: "identity", pulumi_owner: "shop/production/sso" } });
    await using env = await setupServer(() => ({ body }));
    const { metadata, marker } = await env.client.get(feature, featureSchema);
    assert.deepEqual(metadata, { team: "identity" });
    assert.equal(marker, "shop/production/sso");
  });
});
