import assert from "node:assert/strict";
import { create as adoptFeature, check as declare } from "../../../provider/lifecycle/feature/index";
import { create, diff, read, delete as remove, update } from "../../../provider/lifecycle/product-feature/index";
import { declarePair } from "../../support/declare";
import { entitlementsRejection } from "../../support/rejection";
import { localContext, setup, type TestEnvironment } from "../../support/test-environment";

/** A feature attached to a product, as this provider does it. */
async function attachedOn(set: TestEnvironment) {
  const product = set.dashboard.createProduct({ name: "Enterprise" }).id;
  const entitlementFeature = set.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" }).id;
  const pair = { product, entitlementFeature };
  const created = await create(set.context, pair);
  set.emulator.requests.clear();
  return { ...created, pair };
}

describe("Reading an attachment", () => {
  it("finds it as it was made, and nothing to change", async () => {
    await using set = await setup();
    const { id, outs, pair } = await attachedOn(set);
    const found = await read(set.createContext(), id, outs);
    assert.deepEqual(found, { id, props: outs, inputs: pair });
    assert.equal(diff(localContext(), "id", found.props, pair).changes, false);
    assert.deepEqual(set.requests, ["GET /v1/products/:product/features/:id"]);
  });

  it("goes on finding it when its feature was archived by hand, which grants access still", async () => {
    await using set = await setup();
    const { id, outs, pair } = await attachedOn(set);
    set.dashboard.archiveFeature(pair.entitlementFeature);
    assert.equal((await read(set.createContext(), id, outs))?.id, id);
  });

  it("takes it for gone when it was detached by hand, and says so in one line", async () => {
    await using set = await setup();
    const { id, outs, pair } = await attachedOn(set);
    set.dashboard.detach(pair.product, id);
    const connection = set.createContext();
    assert.equal(await read(connection, id, outs), undefined);
    assert.deepEqual(connection.logged, [
      `ProductFeature ${id} of feature "sso" on ${pair.product} was detached outside Pulumi, or its product deleted. If it is still declared, ` +
        "`pulumi up` attaches it again.",
    ]);
  });

  it("takes it for gone when it was detached and attached again under another id", async () => {
    await using set = await setup();
    const { id, outs, pair } = await attachedOn(set);
    set.dashboard.detach(pair.product, id);
    set.dashboard.attach(pair.product, pair.entitlementFeature);
    assert.equal(await read(set.createContext(), id, outs), undefined);
  });

  it("takes it for gone when the product is", async () => {
    await using set = await setup();
    const { id, outs, pair } = await attachedOn(set);
    set.dashboard.deleteProduct(pair.product);
    assert.equal(await read(set.createContext(), id, outs), undefined);
  });

  it("takes it for gone when the product is, and live mode has one with the same id", async () => {
    await using set = await setup();
    const { id, outs, pair } = await attachedOn(set);
    set.emulator.live.dashboard.createProduct({ id: pair.product, name: "Enterprise" });
    set.dashboard.deleteProduct(pair.product);
    assert.equal(await read(set.createContext(), id, outs), undefined);
    await remove(set.createContext(), id, outs);
  });

  it("takes one request for a lone attachment that is not managed yet", async () => {
    await using set = await setup();
    const { id, pair } = await attachedOn(set);
    const found = await read(set.createContext(), id, { product: pair.product });
    assert.equal(found?.props.entitlementFeature, pair.entitlementFeature);
    assert.equal(set.emulator.requests.count(), 1);
  });

  it("cannot be done without the product", async () => {
    await using set = await setup();
    const { id } = await attachedOn(set);
    const error = await entitlementsRejection(read(set.createContext(), id, {}));
    assert.match(error.message, /is read by its product and its id/);
    assert.equal(set.emulator.requests.count(), 0);
  });

  it("never takes it for gone when Stripe fails", async () => {
    await using set = await setup({});
    const { id, outs } = await attachedOn(set);
    set.emulator.faults.add({ kind: "status", status: 503 });
    const connection = set.createContext({ maxRetries: 1 });
    await entitlementsRejection(read(connection, id, outs));
    assert.deepEqual(connection.logged, []);
  });
});

describe("Updating an attachment", () => {
  it("sends nothing, because nothing of it can be changed", async () => {
    await using set = await setup();
    const { id, outs, pair } = await attachedOn(set);
    assert.deepEqual(await update(set.context, id, outs, pair), outs);
    assert.equal(set.emulator.requests.count(), 0);
  });
});

describe("Deleting an attachment", () => {
  it("looks whose the feature is, detaches, and leaves the feature alone", async () => {
    await using set = await setup();
    const { id, outs, pair } = await attachedOn(set);
    await remove(set.context, id, outs);
    assert.deepEqual(set.dashboard.productFeatures(pair.product), []);
    assert.equal(set.dashboard.feature(pair.entitlementFeature)?.active, true);
    const route = "/v1/products/:product/features/:id";
    assert.deepEqual(set.requests, [`GET ${route}`, `DELETE ${route}`]);
  });

  it("looks at the list of the product once when several are detached", async () => {
    await using set = await setup();
    const { pair } = await attachedOn(set);
    const { product } = pair;
    const outs = [];
    for (const lookupKey of ["a", "b", "c"]) {
      const feature = set.dashboard.createFeature({ lookupKey, name: lookupKey });
      outs.push(await create(set.context, { ...pair, entitlementFeature: feature.id }));
    }
    set.emulator.requests.clear();
    const connection = set.createContext();
    await Promise.all(outs.map(({ id, outs }) => remove(connection, id, outs)));
    assert.equal(set.dashboard.productFeatures(product).length, 1);
    assert.equal(set.requests.filter((request) => request.startsWith("GET ")).length, 1);
  });

  for (const what of ["refreshed", "deleted"] as const) {
    it(`leaves it to the stack that has taken over its feature when it is ${what}, and says so`, async () => {
      await using set = await setup();
      const { pair } = await attachedOn(set);
      const { id: feature } = set.dashboard.createFeature({ lookupKey: "api", name: "API" });
      const mark = (marker: string) => set.dashboard.setMetadata(feature, { pulumi_owner: marker });
      mark("shop/production/sso");
      const owner = "shop/production/team-api";
      const { id, outs } = await create(set.context, { ...pair, entitlementFeature: feature, owner });
      mark("shop/staging/api");
      const connection = set.createContext();
      if (what === "deleted") await remove(connection, id, outs);
      else assert.equal(await read(connection, id, outs), undefined);
      assert.ok(set.dashboard.productFeatures(pair.product).some((attached) => attached.id === id));
      assert.match(connection.logged.join(), /(?:belongs to|was taken over with its feature by) shop\/staging\/api/);
    });
  }

  /** An attachment of a feature without a marker, which its stack manages since. */
  async function managedLater(set: TestEnvironment) {
    const product = set.dashboard.createProduct({ name: "Enterprise" }).id;
    const api = { lookupKey: "api", name: "API" };
    const { id: feature } = set.dashboard.createFeature(api);
    const pair = { product, entitlementFeature: feature, owner: "shop/production/team-api" };
    const attached = await create(set.createContext(), pair);
    assert.equal(attached.outs.featureOwner, "");
    const connection = set.createContext();
    await adoptFeature(connection, { ...api, owner: "shop/production/api", adopt: "unowned" });
    const mark = (marker: string) => set.dashboard.setMetadata(feature, { pulumi_owner: marker });
    return { ...attached, connection, pair, mark };
  }

  for (const how of ["updated in the same run", "refreshed"] as const) {
    it(`leaves it to the stack that has taken over its feature, which was adopted here before, once it was ${how}`, async () => {
      await using set = await setup();
      const { id, outs, connection, pair, mark } = await managedLater(set);
      let state: typeof outs | undefined = outs;
      if (how === "refreshed") state = (await read(set.createContext(), id, outs))?.props;
      else {
        assert.equal(diff(connection, id, outs, pair).changes, true);
        state = await update(connection, id, outs, pair);
        assert.equal(diff(connection, id, state, pair).changes, false);
      }
      assert.ok(state !== undefined && !("featureOwner" in state));
      mark("shop/staging/api");
      const later = set.createContext();
      await remove(later, id, state);
      assert.equal(set.dashboard.productFeatures(pair.product).length, 1);
      assert.match(later.logged.join(), /belongs to shop\/staging\/api/);
    });
  }

  for (const what of ["refreshed", "deleted"] as const) {
    it(`of a stack without markers leaves it to the stack that has taken over its feature when it is ${what}`, async () => {
      await using set = await setup();
      const { id, outs, pair } = await attachedOn(set);
      assert.equal(outs.featureOwner, undefined);
      set.dashboard.setMetadata(pair.entitlementFeature, { pulumi_owner: "shop/staging/sso" });
      const connection = set.createContext({ local: { ownership: "none" } });
      if (what === "deleted") await remove(connection, id, outs);
      else assert.equal(await read(connection, id, outs), undefined);
      assert.equal(set.dashboard.productFeatures(pair.product).length, 1);
      assert.match(connection.logged.join(), /shop\/staging\/sso/);
    });
  }

  for (const first of [undefined, "shop/platform/api"]) {
    it(`keeps to its own where a feature ${first ? "of another stack" : "without a marker"} changes hands`, async () => {
      await using set = await setup();
      const { pair } = await attachedOn(set);
      const metadata = first === undefined ? {} : { pulumi_owner: first };
      const { id: feature } = set.dashboard.createFeature({ lookupKey: "api", name: "API", metadata });
      const owner = "shop/production/team-api";
      const { id, outs } = await create(set.context, { ...pair, entitlementFeature: feature, owner });
      set.dashboard.setMetadata(feature, { pulumi_owner: "billing/production/api" });
      assert.deepEqual((await read(set.createContext(), id, outs))?.props, outs);
      await remove(set.createContext(), id, outs);
      assert.ok(!set.dashboard.productFeatures(pair.product).some((attached) => attached.id === id));
    });
  }

  it("detaches what the stack attached under its former name, whose feature carries the new one by now", async () => {
    await using set = await setup();
    const { pair } = await attachedOn(set);
    const sso = { lookupKey: "sso-2", name: "Single sign-on" };
    const { id: feature } = set.dashboard.createFeature({ ...sso, metadata: { pulumi_owner: "shop/sandbox/sso" } });
    const news = { ...pair, entitlementFeature: feature };
    const { id, outs } = await create(set.context, { ...news, owner: "shop/sandbox/team-sso" });
    set.dashboard.setMetadata(feature, { pulumi_owner: "shop/production/sso" });
    const connection = set.createContext();
    declare(connection, {}, { ...sso, owner: "shop/production/sso" });
    await remove(connection, id, outs);
    assert.ok(!set.dashboard.productFeatures(pair.product).some((attached) => attached.id === id));
  });

  it("detaches a feature of another stack that was attached here", async () => {
    await using set = await setup();
    const { pair } = await attachedOn(set);
    const { id: feature } = set.dashboard.createFeature({
      lookupKey: "api",
      name: "API",
      metadata: { pulumi_owner: "shop/platform/api" },
    });
    const owner = "shop/production/team-api";
    const { id, outs } = await create(set.context, { ...pair, entitlementFeature: feature, owner });
    const refreshed = await read(set.createContext(), id, outs);
    assert.deepEqual(refreshed?.props, outs);
    await remove(set.createContext(), id, refreshed?.props ?? outs);
    assert.ok(!set.dashboard.productFeatures(pair.product).some((attached) => attached.id === id));
  });

  it("detaches what was attached while the feature was another stack's, and is this stack's by now", async () => {
    await using set = await setup();
    const { pair } = await attachedOn(set);
    const owner = "shop/production/enterprise-sso";
    const metadata = { pulumi_owner: "shop/platform/api" };
    const { id: feature } = set.dashboard.createFeature({ lookupKey: "api", name: "API", metadata });
    const { id, outs } = await create(set.context, { ...pair, entitlementFeature: feature, owner });
    set.dashboard.setMetadata(feature, { pulumi_owner: "shop/production/api" });
    assert.equal((await read(set.createContext(), id, outs))?.id, id);
    await remove(set.createContext(), id, outs);
    assert.ok(!set.dashboard.productFeatures(pair.product).some((attached) => attached.id === id));
  });

  it("leaves what was imported, was not refreshed yet, and is declared under another name", async () => {
    await using set = await setup();
    const { id, pair } = await attachedOn(set);
    const connection = set.createContext();
    const adopted = await declarePair(connection, { ...pair, adopt: "any", owner: "shop/production/renamed" });
    assert.equal(adopted.id, id);
    await remove(connection, id, { product: pair.product });
    assert.equal(set.dashboard.productFeatures(pair.product).length, 1);
  });

  it("succeeds when it is detached already", async () => {
    await using set = await setup();
    const { id, outs } = await attachedOn(set);
    await remove(set.context, id, outs);
    await remove(set.createContext(), id, outs);
  });

  it("succeeds when the product is gone", async () => {
    await using set = await setup();
    const { id, outs, pair } = await attachedOn(set);
    set.dashboard.deleteProduct(pair.product);
    await remove(set.context, id, outs);
  });

  it("succeeds when the answer is lost", async () => {
    await using set = await setup();
    const { id, outs, pair } = await attachedOn(set);
    set.emulator.faults.add({ kind: "drop", when: "after", method: "DELETE", times: 1 });
    await remove(set.context, id, outs);
    assert.deepEqual(set.dashboard.productFeatures(pair.product), []);
  });

  for (const status of [400, 403, 409, 500]) {
    it(`fails when Stripe answers ${status}, and the attachment stays`, async () => {
      await using set = await setup();
      const { id, outs, pair } = await attachedOn(set);
      set.emulator.faults.add({ kind: "status", status, method: "DELETE" });
      const error = await entitlementsRejection(remove(set.createContext({ maxRetries: 1 }), id, outs));
      assert(error.message.startsWith(`ProductFeature ${id} of feature "sso" on ${pair.product}: `), error.message);
      assert.equal(set.dashboard.productFeatures(pair.product).length, 1);
    });
  }

  it("is what the next read finds, and no older list", async () => {
    await using set = await setup();
    const { id, outs } = await attachedOn(set);
    await Promise.all([read(set.context, id, outs), read(set.context, id, outs)]);
    await remove(set.context, id, outs);
    assert.equal(await read(set.context, id, outs), undefined);
  });
});
