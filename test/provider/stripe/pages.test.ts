import assert from "node:assert/strict";
import type { Emulator } from "../../../emulator/index";
import { apiPath } from "../../../provider/stripe/path";
import { stripeRejection } from "../../support/rejection";
import { quickRetries, setup, setupServer } from "../../support/stripe-client";
import { anyObject, errorBody, productFeatureBody } from "../../support/stripe-objects";

const features = apiPath`/v1/entitlements/features`;
const attachmentsOf = (product: string) => apiPath`/v1/products/${product}/features`;

function createFeatures(emulator: Emulator, count: number) {
  return Array.from({ length: count }, (_, n) =>
    emulator.sandbox.dashboard.createFeature({ lookupKey: `key-${n}`, name: `Feature ${n}` }),
  );
}

describe("StripeClient.list", () => {
  for (const [count, pages] of [
    [0, 1],
    [1, 1],
    [100, 1],
    [101, 2],
    [250, 3],
  ] as const) {
    it(`reads ${count} features with ${pages} ${pages === 1 ? "request" : "requests"}`, async () => {
      await using env = await setup();
      const created = createFeatures(env.emulator, count).map(({ id }) => id);
      const listed = (await Array.fromAsync(env.client.list(features, anyObject))).map(({ id }) => id);
      assert.deepEqual(listed.toSorted(), created.toSorted());
      assert.equal(env.emulator.requests.count(), pages);
    });
  }

  it("starts each page after the last object of the previous page", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" });
    const attached = createFeatures(env.emulator, 250).map(({ id }) => env.dashboard.attach(product.id, id).id);
    const listed = (await Array.fromAsync(env.client.list(attachmentsOf(product.id), anyObject))).map(({ id }) => id);
    assert.deepEqual(listed.toSorted(), attached.toSorted());
    assert.deepEqual(
      env.emulator.requests.entries.map(({ params }) => params),
      [{ limit: "100" }, { limit: "100", starting_after: listed[99] }, { limit: "100", starting_after: listed[199] }],
    );
  });

  it("fetches no page after the caller stops", async () => {
    await using env = await setup();
    createFeatures(env.emulator, 250);
    for await (const feature of env.client.list(features, anyObject)) {
      assert.equal(feature["lookup_key"], "key-249");
      break;
    }
    assert.equal(env.emulator.requests.count(), 1);
  });

  it("rejects an empty page that claims to have more, because objects would be missing", async () => {
    await using env = await setupServer(() => ({ body: { data: [], has_more: true } }));
    const error = await stripeRejection(Array.fromAsync(env.client.list(features, anyObject)));
    assert.equal(error.kind, "unexpectedAnswer");
    assert.equal(env.server.requests.length, 1);
  });

  it("restarts when the cursor object is deleted, and yields each object once", async () => {
    await using env = await setup();
    const { dashboard } = env;
    const product = dashboard.createProduct({ name: "Team" }).id;
    const attached = createFeatures(env.emulator, 250).map(({ id }) => dashboard.attach(product, id).id);
    const listed: string[] = [];
    let detached: string | undefined;
    for await (const { id } of env.client.list(attachmentsOf(product), anyObject)) {
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

  it("rejects a list whose cursor object is deleted every time", async () => {
    const page = { data: [productFeatureBody()], has_more: true };
    await using env = await setupServer(({ url }) =>
      url.includes("starting_after") ? { status: 404, body: errorBody({ code: "resource_missing" }) } : { body: page },
    );
    const error = await stripeRejection(Array.fromAsync(env.client.list(attachmentsOf("prod_1"), anyObject)));
    assert.equal(error.kind, "api");
    assert.equal(env.server.requests.length, 12);
  });

  it("retries only the page that failed", async () => {
    await using env = await setup();
    createFeatures(env.emulator, 250);
    env.emulator.faults.add({ kind: "status", status: 500, skip: 1, times: 1 });
    assert.equal((await Array.fromAsync(env.client.list(features, anyObject))).length, 250);
    assert.equal(env.emulator.requests.count(), 4);
  });
});

describe("StripeClient.list with the option near", () => {
  it("reads the pages around the item after the first one, the older ones first", async () => {
    await using env = await setup();
    const created = createFeatures(env.emulator, 1_000).map(({ id }) => id);
    const near = created[4] ?? "";
    const listed = (await Array.fromAsync(env.client.list(features, anyObject, {}, { near }))).map(({ id }) => id);
    assert.deepEqual(listed.slice(100, 205), created.slice(0, 105).toReversed());
    assert.deepEqual(listed.toSorted(), created.toSorted());
    assert.equal(new Set(listed).size, listed.length);
    assert.equal(env.emulator.requests.count(), 11);
  });

  for (const [count, position, requests] of [
    [100, 0, 1],
    [250, 200, 3],
    [250, 0, 4],
    [200, 0, 3],
    [201, 100, 4],
    [450, 150, 5],
    [450, 250, 5],
    [450, 350, 5],
    [450, 349, 6],
  ] as const) {
    it(`reads ${count} features from the one at ${position} with ${requests} requests`, async () => {
      await using env = await setup();
      const created = createFeatures(env.emulator, count).map(({ id }) => id);
      const near = created[position] ?? "";
      const listed = await Array.fromAsync(env.client.list(features, anyObject, {}, { near }));
      assert.deepEqual(listed.map(({ id }) => id).toSorted(), created.toSorted());
      assert.equal(env.emulator.requests.count(), requests);
    });
  }

  it("reads the pages in Stripe's order when Stripe does not find the item", async () => {
    await using env = await setup();
    const created = createFeatures(env.emulator, 250).map(({ id }) => id);
    const listed = await Array.fromAsync(env.client.list(features, anyObject, {}, { near: "feat_none" }));
    assert.deepEqual(
      listed.map(({ id }) => id),
      created.toReversed(),
    );
    assert.equal(env.emulator.requests.count(), 4);
  });

  it("reads the pages in Stripe's order when Stripe refuses the item as missing with a 404", async () => {
    await using env = await setup();
    const [near = "", ...others] = createFeatures(env.emulator, 250).map(({ id }) => id);
    env.emulator.faults.add({ kind: "status", status: 404, code: "resource_missing", skip: 1, times: 1 });
    const listed = await Array.fromAsync(env.client.list(features, anyObject, {}, { near }));
    assert.deepEqual(listed.map(({ id }) => id).toSorted(), [near, ...others].toSorted());
    assert.equal(env.emulator.requests.count(), 4);
  });

  it("restarts in Stripe's order when a cursor object is deleted", async () => {
    await using env = await setup();
    const { dashboard } = env;
    const product = dashboard.createProduct({ name: "Team" }).id;
    const attached = createFeatures(env.emulator, 450).map(({ id }) => dashboard.attach(product, id).id);
    const listed: string[] = [];
    const near = attached[0] ?? "";
    for await (const { id } of env.client.list(attachmentsOf(product), anyObject, {}, { near })) {
      listed.push(id);
      if (listed.length === 200) dashboard.detach(product, id);
    }
    assert.deepEqual(listed.toSorted(), attached.toSorted());
  });

  it("rejects when the page before the item fails for another reason", async () => {
    await using env = await setup({ client: { retry: quickRetries(0) } });
    const [near = ""] = createFeatures(env.emulator, 250).map(({ id }) => id);
    env.emulator.faults.add({ kind: "status", status: 403, skip: 1, times: 1 });
    const error = await stripeRejection(Array.fromAsync(env.client.list(features, anyObject, {}, { near })));
    assert.equal(error.kind, "permission");
  });
});

describe("StripeClient.page", () => {
  it("returns one page, and the cursor of the next one", async () => {
    await using env = await setup();
    const [oldest, middle, newest] = createFeatures(env.emulator, 3).map(({ id }) => id);
    const first = await env.client.page(features, anyObject, {}, { limit: 2 });
    assert.deepEqual([first.items.map(({ id }) => id), first.cursor], [[newest, middle], middle]);
    const second = await env.client.page(features, anyObject, {}, { limit: 2, cursor: first.cursor });
    assert.deepEqual([second.items.map(({ id }) => id), second.cursor], [[oldest], undefined]);
  });

  it("rejects an answer that ignores the cursor, because the pages would never end", async () => {
    const feature = { id: "feat_1", object: "entitlements.feature" };
    await using env = await setupServer(() => ({ body: { data: [feature], has_more: true } }));
    const page = env.client.page(features, anyObject, {}, { cursor: "feat_1" });
    assert.equal((await stripeRejection(page)).kind, "unexpectedAnswer");
  });
});
