import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../emulator/index";
import { StripeApi } from "../../../provider/stripe/api";
import { all } from "../../support/all";
import { serve } from "../../support/http-server";
import { stripeRejection } from "../../support/rejection";
import { clientOf } from "../../support/stripe-client";
import { errorBody, featureBody, productFeatureBody } from "../../support/stripe-objects";

const stripeOf = (emulator: Emulator) => new StripeApi(clientOf(emulator.url, { apiKey: emulator.apiKey }));

function createFeatures(emulator: Emulator, count: number) {
  return Array.from({ length: count }, (_, n) =>
    emulator.sandbox.dashboard.createFeature({ lookupKey: `key-${n}`, name: `Feature ${n}` }),
  );
}

describe("A list", () => {
  for (const [count, pages] of [
    [0, 1],
    [1, 1],
    [100, 1],
    [101, 2],
    [250, 3],
  ] as const) {
    it(`of ${count} features is read whole, in ${pages} ${pages === 1 ? "page" : "pages"}`, async () => {
      await using emulator = await startEmulator();
      const created = createFeatures(emulator, count).map(({ id }) => id);
      const listed = (await all(stripeOf(emulator).activeFeatures())).map(({ id }) => id);
      assert.deepEqual(listed.toSorted(), created.toSorted());
      assert.equal(emulator.requests.count(), pages);
    });
  }

  it("of 250 attachments is read whole, each page after the last object of the one before", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const product = dashboard.createProduct({ name: "Team" });
    const attached = createFeatures(emulator, 250).map(({ id }) => dashboard.attach(product.id, id).id);
    const listed = (await all(stripeOf(emulator).productFeatures(product.id))).map(({ id }) => id);
    assert.deepEqual(listed.toSorted(), attached.toSorted());
    assert.deepEqual(
      emulator.requests.entries.map(({ params }) => params),
      [{ limit: "100" }, { limit: "100", starting_after: listed[99] }, { limit: "100", starting_after: listed[199] }],
    );
  });

  it("asks for no page that is not wanted", async () => {
    await using emulator = await startEmulator();
    createFeatures(emulator, 250);
    for await (const feature of stripeOf(emulator).activeFeatures()) {
      assert.equal(feature.lookup_key, "key-249");
      break;
    }
    assert.equal(emulator.requests.count(), 1);
  });

  it("says that it does not want archived features, and takes none", async () => {
    const archived = featureBody({ id: "feat_2", active: false });
    await using server = await serve(() => ({ body: { data: [featureBody(), archived], has_more: false } }));
    const listed = await all(new StripeApi(clientOf(server.url)).activeFeatures());
    assert.deepEqual(
      listed.map(({ id }) => id),
      ["feat_test_1"],
    );
    assert.equal(server.requests[0]?.url, "/v1/entitlements/features?archived=false&limit=100");
  });

  it("finds the active feature of a lookup key, and not the archived ones that had it before", async () => {
    await using emulator = await startEmulator({ choices: { listWithoutArchived: "all" } });
    const { dashboard } = emulator.sandbox;
    const old = dashboard.createFeature({ lookupKey: "sso", name: "Old" });
    dashboard.archiveFeature(old.id);
    const current = dashboard.createFeature({ lookupKey: "sso", name: "New" });
    const listed = await all(stripeOf(emulator).activeFeatures({ lookupKey: "sso" }));
    assert.deepEqual(
      listed.map(({ id }) => id),
      [current.id],
    );
  });

  it("is no list when a page that says there is more holds nothing: what is missing must not be taken for gone", async () => {
    await using server = await serve(() => ({ body: { data: [], has_more: true } }));
    const error = await stripeRejection(all(new StripeApi(clientOf(server.url)).activeFeatures()));
    assert.equal(error.kind, "unexpectedAnswer");
    assert.equal(server.requests.length, 1);
  });

  it("is read again from its beginning when the object goes that the next page starts after, each object once", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const product = dashboard.createProduct({ name: "Team" }).id;
    const attached = createFeatures(emulator, 250).map(({ id }) => dashboard.attach(product, id).id);
    const listed: string[] = [];
    let detached: string | undefined;
    for await (const { id } of stripeOf(emulator).productFeatures(product)) {
      listed.push(id);
      if (listed.length === 100) {
        detached = id;
        dashboard.detach(product, id);
      }
    }
    assert.ok(detached !== undefined);
    assert.equal(new Set(listed).size, listed.length);
    assert.deepEqual(listed.toSorted(), attached.toSorted());
  });

  it("that changes whenever its second page is asked for is given up, and not taken for a whole one", async () => {
    const page = { data: [productFeatureBody()], has_more: true };
    await using server = await serve(({ url }) =>
      url.includes("starting_after") ? { status: 404, body: errorBody({ code: "resource_missing" }) } : { body: page },
    );
    const error = await stripeRejection(all(new StripeApi(clientOf(server.url)).productFeatures("prod_1")));
    assert.equal(error.kind, "api");
    assert.equal(server.requests.length, 12);
  });

  it("repeats only the page that failed", async () => {
    await using emulator = await startEmulator();
    createFeatures(emulator, 250);
    emulator.faults.add({ kind: "status", status: 500, skip: 1, times: 1 });
    assert.equal((await all(stripeOf(emulator).activeFeatures())).length, 250);
    assert.equal(emulator.requests.count(), 4);
  });
});
