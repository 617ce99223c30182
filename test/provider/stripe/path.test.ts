import assert from "node:assert/strict";
import { startEmulator } from "../../../emulator/index";
import { StripeApi } from "../../../provider/stripe/api";
import { isMissing } from "../../../provider/stripe/errors";
import { apiPath } from "../../../provider/stripe/path";
import { serve } from "../../support/http-server";
import { clientOf } from "../../support/stripe-client";
import { featureBody, productFeatureBody } from "../../support/stripe-objects";

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

describe("The path of a request", () => {
  for (const id of strangeIds) {
    it(`keeps the id ${JSON.stringify(id)} in one segment`, async () => {
      await using server = await serve(() => ({ body: featureBody() }));
      await new StripeApi(clientOf(server.url)).retrieveFeature(id);
      const [, version, area, noun, segment, ...rest] = server.requests[0]?.url.split("/") ?? [];
      assert.deepEqual([version, area, noun, rest], ["v1", "entitlements", "features", []]);
      assert.equal(decodeURIComponent(segment ?? ""), id);
    });
  }

  it("keeps both ids of an attachment in their segments", async () => {
    await using server = await serve(() => ({ body: productFeatureBody() }));
    await new StripeApi(clientOf(server.url)).retrieveProductFeature("my/plan?x", "prodft/../1");
    assert.equal(server.requests[0]?.url, "/v1/products/my%2Fplan%3Fx/features/prodft%2F..%2F1");
  });

  for (const id of ["", ".", ".."]) {
    it(`cannot be made with the id ${JSON.stringify(id)}, which would lead to another endpoint`, () => {
      assert.throws(() => apiPath`/v1/products/${id}/features`, isMissing);
    });
  }

  it("names its route without the ids", () => {
    assert.equal(apiPath`/v1/products/${"prod_1"}/features/${"prodft_1"}`.route, "/v1/products/:id/features/:id");
    assert.equal(apiPath`/v1/account`.route, "/v1/account");
  });

  it("finds a product whose id its owner chose", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const product = dashboard.createProduct({ id: "plan: Team & Co. (100%)", name: "Team" });
    const feature = dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const stripe = new StripeApi(clientOf(emulator.url, { apiKey: emulator.apiKey }));
    const attached = await stripe.attachFeature(product.id, feature.id);
    assert.deepEqual(
      dashboard.productFeatures(product.id).map(({ id }) => id),
      [attached.id],
    );
    await stripe.detachFeature(product.id, attached.id);
    assert.deepEqual(dashboard.productFeatures(product.id), []);
  });
});
