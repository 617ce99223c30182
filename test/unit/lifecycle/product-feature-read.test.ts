import assert from "node:assert/strict";
import { create, diff, read, delete as remove, update } from "../../../provider/lifecycle/product-feature";
import { type Stage, sessionOf, stage } from "../../support/connection";
import { entitlementsRejection } from "../../support/rejection";

/** A feature attached to a product, as this provider does it. */
async function attachedOn(set: Stage) {
  const product = set.dashboard.createProduct({ name: "Enterprise" }).id;
  const entitlementFeature = set.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" }).id;
  const pair = { product, entitlementFeature };
  const created = await create(set.connection, pair);
  set.emulator.requests.clear();
  return { ...created, pair };
}

describe("Reading an attachment", () => {
  it("finds it as it was made, and nothing to change", async () => {
    await using set = await stage();
    const { id, outs, pair } = await attachedOn(set);
    const found = await read(set.connect(), id, outs);
    assert.deepEqual(found, { id, props: outs, inputs: pair });
    assert.equal(diff(sessionOf(), "id", found.props, pair).changes, false);
    assert.deepEqual(set.requests, ["GET /v1/products/:product/features/:id"]);
  });

  it("goes on finding it when its feature was archived by hand, which grants access still", async () => {
    await using set = await stage();
    const { id, outs, pair } = await attachedOn(set);
    set.dashboard.archiveFeature(pair.entitlementFeature);
    assert.equal((await read(set.connect(), id, outs))?.id, id);
  });

  it("takes it for gone when it was detached by hand, and says so in one line", async () => {
    await using set = await stage();
    const { id, outs, pair } = await attachedOn(set);
    set.dashboard.detach(pair.product, id);
    const connection = set.connect();
    assert.equal(await read(connection, id, outs), undefined);
    assert.deepEqual(connection.said, [
      `ProductFeature ${id} of feature "sso" on ${pair.product} was detached outside Pulumi. If it is still declared, ` +
        "`pulumi up` attaches it again.",
    ]);
  });

  it("takes it for gone when it was detached and attached again under another id", async () => {
    await using set = await stage();
    const { id, outs, pair } = await attachedOn(set);
    set.dashboard.detach(pair.product, id);
    set.dashboard.attach(pair.product, pair.entitlementFeature);
    assert.equal(await read(set.connect(), id, outs), undefined);
  });

  it("takes it for gone when the product is", async () => {
    await using set = await stage();
    const { id, outs, pair } = await attachedOn(set);
    set.dashboard.deleteProduct(pair.product);
    assert.equal(await read(set.connect(), id, outs), undefined);
  });

  it("takes it for gone when the product is, and live mode has one with the same id", async () => {
    await using set = await stage();
    const { id, outs, pair } = await attachedOn(set);
    set.emulator.live.dashboard.createProduct({ id: pair.product, name: "Enterprise" });
    set.dashboard.deleteProduct(pair.product);
    assert.equal(await read(set.connect(), id, outs), undefined);
    await remove(set.connect(), id, outs);
  });

  it("takes one request for a lone attachment that is not managed yet", async () => {
    await using set = await stage();
    const { id, pair } = await attachedOn(set);
    const found = await read(set.connect(), id, { product: pair.product });
    assert.equal(found?.props.entitlementFeature, pair.entitlementFeature);
    assert.equal(set.emulator.requests.count(), 1);
  });

  it("cannot be done without the product", async () => {
    await using set = await stage();
    const { id } = await attachedOn(set);
    const error = await entitlementsRejection(read(set.connect(), id, {}));
    assert.match(error.message, /is read by its product and its id/);
    assert.equal(set.emulator.requests.count(), 0);
  });

  it("never takes it for gone when Stripe fails", async () => {
    await using set = await stage({});
    const { id, outs } = await attachedOn(set);
    set.emulator.faults.add({ kind: "status", status: 503 });
    const connection = set.connect({ maxRetries: 1 });
    await entitlementsRejection(read(connection, id, outs));
    assert.deepEqual(connection.said, []);
  });
});

describe("Updating an attachment", () => {
  it("sends nothing, because nothing of it can be changed", async () => {
    await using set = await stage();
    const { id, outs, pair } = await attachedOn(set);
    assert.deepEqual(await update(set.connection, id, outs, pair), outs);
    assert.equal(set.emulator.requests.count(), 0);
  });
});

describe("Deleting an attachment", () => {
  it("detaches with one request, and leaves the feature alone", async () => {
    await using set = await stage();
    const { id, outs, pair } = await attachedOn(set);
    await remove(set.connection, id, outs);
    assert.deepEqual(set.dashboard.productFeatures(pair.product), []);
    assert.equal(set.dashboard.feature(pair.entitlementFeature)?.active, true);
    assert.deepEqual(set.requests, ["DELETE /v1/products/:product/features/:id"]);
  });

  it("succeeds when it is detached already", async () => {
    await using set = await stage();
    const { id, outs } = await attachedOn(set);
    await remove(set.connection, id, outs);
    await remove(set.connect(), id, outs);
  });

  it("succeeds when the product is gone", async () => {
    await using set = await stage();
    const { id, outs, pair } = await attachedOn(set);
    set.dashboard.deleteProduct(pair.product);
    await remove(set.connection, id, outs);
  });

  it("succeeds when the answer is lost", async () => {
    await using set = await stage();
    const { id, outs, pair } = await attachedOn(set);
    set.emulator.faults.add({ kind: "drop", when: "after", method: "DELETE", times: 1 });
    await remove(set.connection, id, outs);
    assert.deepEqual(set.dashboard.productFeatures(pair.product), []);
  });

  for (const status of [400, 403, 409, 500]) {
    it(`fails when Stripe answers ${status}, and the attachment stays`, async () => {
      await using set = await stage();
      const { id, outs, pair } = await attachedOn(set);
      set.emulator.faults.add({ kind: "status", status, method: "DELETE" });
      const error = await entitlementsRejection(remove(set.connect({ maxRetries: 1 }), id, outs));
      assert(error.message.startsWith(`ProductFeature ${id} of feature "sso" on ${pair.product}: `), error.message);
      assert.equal(set.dashboard.productFeatures(pair.product).length, 1);
    });
  }

  it("is what the next read finds, and no older list", async () => {
    await using set = await stage();
    const { id, outs } = await attachedOn(set);
    await Promise.all([read(set.connection, id, outs), read(set.connection, id, outs)]);
    await remove(set.connection, id, outs);
    assert.equal(await read(set.connection, id, outs), undefined);
  });
});
