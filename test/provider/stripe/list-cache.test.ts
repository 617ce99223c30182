import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../emulator/index";
import { StripeApi } from "../../../provider/stripe/api";
import type { Clock } from "../../../provider/stripe/clock";
import { ListCache } from "../../../provider/stripe/list-cache";
import { serve } from "../../support/http-server";
import { stripeRejection } from "../../support/rejection";
import { clientOf } from "../../support/stripe-client";
import { productFeatureBody } from "../../support/stripe-objects";
import { VirtualClock } from "../../support/virtual-clock";

const cacheOf = (emulator: Emulator, apiKey = emulator.apiKey, clock?: Clock) =>
  new ListCache(new StripeApi(clientOf(emulator.url, { apiKey })), undefined, clock);

const lists = { method: "GET", route: "/v1/entitlements/features" };
const retrievals = { method: "GET", route: "/v1/entitlements/features/:id" };

function createFeatures(emulator: Emulator, count: number): string[] {
  const { dashboard } = emulator.sandbox;
  return Array.from({ length: count }, (_, n) => dashboard.createFeature({ lookupKey: `k${n}`, name: `F ${n}` }).id);
}

describe("ListCache", () => {
  it("reads 1,000 features with 11 lists", async () => {
    await using emulator = await startEmulator();
    const ids = createFeatures(emulator, 1_000);
    const cache = cacheOf(emulator);
    const found = await Promise.all(ids.map((id) => cache.findFeature(id)));
    assert.deepEqual(
      found.map((feature) => feature?.id),
      ids,
    );
    assert.equal(emulator.requests.count(lists), 11);
    assert.equal(emulator.requests.count(), 11);
  });

  it("reads a single feature with one request, without a list", async () => {
    await using emulator = await startEmulator();
    const [id = ""] = createFeatures(emulator, 300);
    assert.equal((await cacheOf(emulator).findFeature(id))?.id, id);
    assert.equal(emulator.requests.count(retrievals), 1);
    assert.equal(emulator.requests.count(), 1);
  });

  it("reads the attachments of each product with one list", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const ids = createFeatures(emulator, 40);
    const products = ["Team", "Enterprise"].map((name) => dashboard.createProduct({ name }).id);
    const pairs = products.flatMap((product) => ids.map((id) => ({ product, id: dashboard.attach(product, id).id })));
    const cache = cacheOf(emulator);
    const found = await Promise.all(pairs.map(({ product, id }) => cache.findProductFeature(product, id)));
    assert.ok(found.every((attached, n) => attached?.id === pairs[n]?.id));
    assert.equal(emulator.requests.count(), 2);
  });

  it("requests each feature that the list lacks, such as archived and missing ones", async () => {
    await using emulator = await startEmulator();
    const [active = "", archived = ""] = createFeatures(emulator, 5);
    emulator.sandbox.dashboard.archiveFeature(archived);
    const cache = cacheOf(emulator);
    const found = await Promise.all([active, archived, "feat_none"].map((id) => cache.findFeature(id)));
    assert.deepEqual(
      found.map((feature) => feature?.active),
      [true, false, undefined],
    );
    assert.equal(emulator.requests.count(lists), 1);
    assert.equal(emulator.requests.count(retrievals), 2);
  });

  it("finds no attachment of a product that was deleted", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const [feature = ""] = createFeatures(emulator, 1);
    const product = dashboard.createProduct({ name: "Team" }).id;
    const attached = dashboard.attach(product, feature).id;
    dashboard.deleteProduct(product);
    const cache = cacheOf(emulator);
    assert.equal(await cache.findProductFeature(product, attached), undefined);
    assert.equal(await cache.findProductFeature(product, attached), undefined);
  });

  it("finds no attachment when the response says deleted, whatever else it holds", async () => {
    await using server = await serve(() => ({ body: productFeatureBody({ deleted: true }) }));
    const cache = new ListCache(new StripeApi(clientOf(server.url)));
    assert.equal(await cache.findProductFeature("prod_1", "prodft_1"), undefined);
  });

  it("accepts an attachment whose feature does not say whether it is active", async () => {
    const { active: _, ...feature } = productFeatureBody().entitlement_feature;
    await using server = await serve(() => ({ body: productFeatureBody({ entitlement_feature: feature }) }));
    const cache = new ListCache(new StripeApi(clientOf(server.url)));
    assert.equal((await cache.findProductFeature("prod_1", "prodft_1"))?.feature.lookupKey, "sso");
  });

  it("reports a feature of the other mode as wrongMode, not as missing", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.live;
    const { id } = dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const cache = cacheOf(emulator);
    const errors = await Promise.all([1, 2].map(() => stripeRejection(cache.findFeature(id))));
    assert.deepEqual(
      errors.map(({ kind }) => kind),
      ["wrongMode", "wrongMode"],
    );
  });

  it("reports no feature as missing when the list cannot be read", async () => {
    await using emulator = await startEmulator();
    const ids = createFeatures(emulator, 3);
    emulator.faults.add({ kind: "status", status: 403 });
    const cache = cacheOf(emulator);
    const errors = await Promise.all(ids.map((id) => stripeRejection(cache.findFeature(id))));
    assert.deepEqual(new Set(errors.map(({ kind }) => kind)), new Set(["permission"]));
  });

  it("answers a read as soon as its page is here, with the oldest features among the first", async () => {
    await using emulator = await startEmulator();
    const ids = createFeatures(emulator, 1_000);
    const cache = cacheOf(emulator);
    emulator.faults.add({ kind: "latency", ms: 50 });
    const found = await Promise.all(ids.slice(0, 8).map((id) => cache.findFeature(id)));
    assert.deepEqual(
      found.map((feature) => feature?.id),
      ids.slice(0, 8),
    );
    const sent = emulator.requests.count(lists);
    assert.ok(sent < 7, `${sent} lists`);
    assert.equal((await cache.activeFeatures()).length, 1_000);
    assert.equal(emulator.requests.count(), 11);
  });

  it("answers a read with what a write returned while the list was on its way", async () => {
    await using emulator = await startEmulator();
    const ids = createFeatures(emulator, 150);
    const api = new StripeApi(clientOf(emulator.url, { apiKey: emulator.apiKey }));
    const cache = new ListCache(api);
    const [id = "", other = ""] = ids;
    emulator.faults.add({ kind: "latency", ms: 50 });
    const old = (await api.findFeature(id)) ?? assert.fail();
    const all = cache.activeFeatures();
    const before = cache.findFeature(id);
    cache.noteFeature({ ...old, name: "Renamed" });
    cache.noteFeature({ ...old, id: "feat_new", lookupKey: "new" });
    assert.equal((await before)?.name, "Renamed");
    assert.equal((await cache.findFeature(id))?.name, "Renamed");
    assert.equal((await cache.findFeature(other))?.name, "F 1");
    assert.equal((await all).length, 151);
  });

  it("reports a page that cannot be read to the reads that still wait", async () => {
    await using emulator = await startEmulator();
    const ids = createFeatures(emulator, 1_000);
    const cache = cacheOf(emulator);
    emulator.faults.add({ kind: "status", status: 403, skip: 4 });
    const [newest, oldest, middle] = await Promise.allSettled(
      [ids[999], ids[0], ids[500]].map((id) => cache.findFeature(id ?? "")),
    );
    assert.deepEqual([newest?.status, oldest?.status, middle?.status], ["fulfilled", "fulfilled", "rejected"]);
  });

  it("lists the features again after forgetFeatures", async () => {
    await using emulator = await startEmulator();
    const ids = createFeatures(emulator, 2);
    const cache = cacheOf(emulator);
    await Promise.all(ids.map((id) => cache.findFeature(id)));
    emulator.sandbox.dashboard.renameFeature(ids[0] ?? "", "Renamed");
    cache.forgetFeatures();
    assert.equal((await cache.findFeature(ids[0] ?? ""))?.name, "Renamed");
    assert.equal(emulator.requests.count(lists), 2);
  });

  it("lists only the forgotten product's attachments again after forgetProductFeatures", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const ids = createFeatures(emulator, 2);
    const products = ["Team", "Enterprise"].map((name) => dashboard.createProduct({ name }).id);
    const pairs = products.flatMap((product) => ids.map((id) => ({ product, id: dashboard.attach(product, id).id })));
    const cache = cacheOf(emulator);
    const readAll = () => Promise.all(pairs.map(({ product, id }) => cache.findProductFeature(product, id)));
    await readAll();
    cache.forgetProductFeatures(products[0] ?? "");
    await readAll();
    assert.equal(emulator.requests.count(), 3);
  });
});

describe("ListCache.oldestListForDelete", () => {
  it("returns the time of the run's first delete, and later at most 10 s ago", async () => {
    await using emulator = await startEmulator();
    const clock = new VirtualClock();
    const cache = cacheOf(emulator, emulator.apiKey, clock);
    await clock.advance(5);
    assert.equal(cache.oldestListForDelete(), 5);
    await clock.advance(10_000);
    assert.equal(cache.oldestListForDelete(), 5);
    await clock.advance(1);
    assert.equal(cache.oldestListForDelete(), 6);
  });

  it("makes a find list again when the list started earlier", async () => {
    await using emulator = await startEmulator();
    const ids = createFeatures(emulator, 2);
    const clock = new VirtualClock();
    const cache = cacheOf(emulator, emulator.apiKey, clock);
    const reads = Promise.all(ids.map((id) => cache.findFeature(id)));
    await clock.advance(25);
    await reads;
    const [id = ""] = ids;
    for (const [advance, expected] of [
      [0, 2],
      [10_000, 2],
      [1, 3],
    ] as const) {
      await clock.advance(advance);
      await cache.findFeature(id, { listStartedAfter: cache.oldestListForDelete() });
      assert.equal(emulator.requests.count(lists), expected);
    }
  });
});
