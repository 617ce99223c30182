import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../emulator/index";
import { StripeApi } from "../../../provider/stripe/api";
import { ListCache } from "../../../provider/stripe/list-cache";
import { serve } from "../../support/http-server";
import { stripeRejection } from "../../support/rejection";
import { clientOf } from "../../support/stripe-client";
import { productFeatureBody } from "../../support/stripe-objects";

const snapshotOf = (emulator: Emulator, apiKey = emulator.apiKey) =>
  new ListCache(new StripeApi(clientOf(emulator.url, { apiKey })));

const lists = { method: "GET", route: "/v1/entitlements/features" };
const retrievals = { method: "GET", route: "/v1/entitlements/features/:id" };

function createFeatures(emulator: Emulator, count: number): string[] {
  const { dashboard } = emulator.sandbox;
  return Array.from({ length: count }, (_, n) => dashboard.createFeature({ lookupKey: `k${n}`, name: `F ${n}` }).id);
}

describe("The snapshot", () => {
  it("reads 1,000 features with 10 lists", async () => {
    await using emulator = await startEmulator();
    const ids = createFeatures(emulator, 1_000);
    const snapshot = snapshotOf(emulator);
    const found = await Promise.all(ids.map((id) => snapshot.findFeature(id)));
    assert.deepEqual(
      found.map((feature) => feature?.id),
      ids,
    );
    assert.equal(emulator.requests.count(lists), 10);
    assert.equal(emulator.requests.count(), 10);
  });

  it("reads a lone feature with one request, and no list", async () => {
    await using emulator = await startEmulator();
    const [id = ""] = createFeatures(emulator, 300);
    assert.equal((await snapshotOf(emulator).findFeature(id))?.id, id);
    assert.equal(emulator.requests.count(retrievals), 1);
    assert.equal(emulator.requests.count(), 1);
  });

  it("reads the attachments of each product with one list", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const ids = createFeatures(emulator, 40);
    const products = ["Team", "Enterprise"].map((name) => dashboard.createProduct({ name }).id);
    const pairs = products.flatMap((product) => ids.map((id) => ({ product, id: dashboard.attach(product, id).id })));
    const snapshot = snapshotOf(emulator);
    const found = await Promise.all(pairs.map(({ product, id }) => snapshot.findProductFeature(product, id)));
    assert(found.every((attached, n) => attached?.id === pairs[n]?.id));
    assert.equal(emulator.requests.count(), 2);
  });

  it("asks once more about what no list shows: archived, missing and other objects", async () => {
    await using emulator = await startEmulator();
    const [active = "", archived = ""] = createFeatures(emulator, 5);
    emulator.sandbox.dashboard.archiveFeature(archived);
    const snapshot = snapshotOf(emulator);
    const found = await Promise.all([active, archived, "feat_none"].map((id) => snapshot.findFeature(id)));
    assert.deepEqual(
      found.map((feature) => feature?.active),
      [true, false, undefined],
    );
    assert.equal(emulator.requests.count(lists), 1);
    assert.equal(emulator.requests.count(retrievals), 2);
  });

  it("finds no attachment of a product that is gone", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const [feature = ""] = createFeatures(emulator, 1);
    const product = dashboard.createProduct({ name: "Team" }).id;
    const attached = dashboard.attach(product, feature).id;
    dashboard.deleteProduct(product);
    const snapshot = snapshotOf(emulator);
    assert.equal(await snapshot.findProductFeature(product, attached), undefined);
    assert.equal(await snapshot.findProductFeature(product, attached), undefined);
  });

  it("finds no attachment that Stripe answers as deleted, whatever else the answer holds", async () => {
    await using server = await serve(() => ({ body: productFeatureBody({ deleted: true }) }));
    const snapshot = new ListCache(new StripeApi(clientOf(server.url)));
    assert.equal(await snapshot.findProductFeature("prod_1", "prodft_1"), undefined);
  });

  it("takes an attachment whose feature does not say whether it is active", async () => {
    const { active: _, ...feature } = productFeatureBody().entitlement_feature;
    await using server = await serve(() => ({ body: productFeatureBody({ entitlement_feature: feature }) }));
    const snapshot = new ListCache(new StripeApi(clientOf(server.url)));
    assert.equal((await snapshot.findProductFeature("prod_1", "prodft_1"))?.entitlement_feature.lookup_key, "sso");
  });

  it("never takes an object of the other mode for gone", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.live;
    const { id } = dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const snapshot = snapshotOf(emulator);
    const errors = await Promise.all([1, 2].map(() => stripeRejection(snapshot.findFeature(id))));
    assert.deepEqual(
      errors.map(({ kind }) => kind),
      ["wrongMode", "wrongMode"],
    );
  });

  it("takes nothing for gone when the list cannot be read", async () => {
    await using emulator = await startEmulator();
    const ids = createFeatures(emulator, 3);
    emulator.faults.add({ kind: "status", status: 403 });
    const snapshot = snapshotOf(emulator);
    const errors = await Promise.all(ids.map((id) => stripeRejection(snapshot.findFeature(id))));
    assert.deepEqual(new Set(errors.map(({ kind }) => kind)), new Set(["permission"]));
  });

  it("lists again after a write", async () => {
    await using emulator = await startEmulator();
    const ids = createFeatures(emulator, 2);
    const snapshot = snapshotOf(emulator);
    await Promise.all(ids.map((id) => snapshot.findFeature(id)));
    emulator.sandbox.dashboard.renameFeature(ids[0] ?? "", "Renamed");
    snapshot.forgetFeatures();
    assert.equal((await snapshot.findFeature(ids[0] ?? ""))?.name, "Renamed");
    assert.equal(emulator.requests.count(lists), 2);
  });

  it("lists again the product that was written to, and no other", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const ids = createFeatures(emulator, 2);
    const products = ["Team", "Enterprise"].map((name) => dashboard.createProduct({ name }).id);
    const pairs = products.flatMap((product) => ids.map((id) => ({ product, id: dashboard.attach(product, id).id })));
    const snapshot = snapshotOf(emulator);
    const readAll = () => Promise.all(pairs.map(({ product, id }) => snapshot.findProductFeature(product, id)));
    await readAll();
    snapshot.forgetProductFeatures(products[0] ?? "");
    await readAll();
    assert.equal(emulator.requests.count(), 3);
  });
});
