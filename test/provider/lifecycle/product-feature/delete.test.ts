import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { declarePair } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { setup } from "../../../support/test-environment";
import { assertAttached, assertDetached, createAttachment, createMarkedFeature, setMarker } from "./attachment";

const owner = "shop/production/team-api";

describe("ProductFeature.delete", () => {
  it("reads the attachment, detaches it, and leaves the feature active", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    await productFeature.delete(env.context, id, outs);
    assertDetached(env, pair.product);
    assert.equal(env.dashboard.feature(pair.entitlementFeature)?.active, true);
    const route = "/v1/products/:product/features/:id";
    assert.deepEqual(env.requests, [`GET ${route}`, `DELETE ${route}`]);
  });

  it("reads the product's list once for several attachments", async () => {
    await using env = await setup();
    const { id: other, pair } = await createAttachment(env);
    const created = [];
    for (const lookupKey of ["a", "b", "c"]) {
      const { id } = env.dashboard.createFeature({ lookupKey, name: lookupKey });
      created.push(await productFeature.create(env.context, { ...pair, entitlementFeature: id }));
    }
    env.emulator.requests.clear();
    const context = env.createContext();
    await Promise.all(created.map(({ id, outs }) => productFeature.delete(context, id, outs)));
    assertAttached(env, pair.product, other);
    assert.equal(env.requests.filter((request) => request.startsWith("GET ")).length, 1);
  });

  it("keeps an attachment whose feature another stack took over, and names that stack", async () => {
    await using env = await setup();
    const { product, entitlementFeature } = createMarkedFeature(env, "shop/production/sso");
    const { id, outs } = await productFeature.create(env.context, { product, entitlementFeature, owner });
    setMarker(env, entitlementFeature, "shop/staging/api");
    const context = env.createContext();
    await productFeature.delete(context, id, outs);
    assertAttached(env, product, id);
    assert.deepEqual(context.logged, [
      `ProductFeature "team-api" (${id} on ${product}) belongs to shop/staging/api now, as its feature's metadata says. It is kept.`,
    ]);
  });

  it("keeps an attachment of a stack without markers when a stack marked its feature", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    setMarker(env, pair.entitlementFeature, "shop/staging/sso");
    const context = env.createContext({ local: { ownership: "none" } });
    await productFeature.delete(context, id, outs);
    assertAttached(env, pair.product, id);
    assert.match(context.logged.join(), /belongs to shop\/staging\/sso now/);
  });

  for (const marker of [undefined, "shop/platform/api"]) {
    const origin = marker ? "of another stack" : "without a marker";
    it(`detaches a feature ${origin} that changed hands`, async () => {
      await using env = await setup();
      const { product, entitlementFeature } = createMarkedFeature(env, marker);
      const { id, outs } = await productFeature.create(env.context, { product, entitlementFeature, owner });
      setMarker(env, entitlementFeature, "billing/production/api");
      await productFeature.delete(env.createContext(), id, outs);
      assertDetached(env, product);
    });
  }

  it("detaches a feature that carries the new name of a renamed stack", async () => {
    await using env = await setup();
    const { product, entitlementFeature } = createMarkedFeature(env, "shop/sandbox/api");
    const pair = { product, entitlementFeature, owner: "shop/sandbox/team-api" };
    const { id, outs } = await productFeature.create(env.context, pair);
    setMarker(env, entitlementFeature, "shop/production/api");
    const context = env.createContext();
    const news = { lookupKey: "api", name: "API" };
    assert.deepEqual(feature.check(context, { owner: "shop/production/api", olds: {}, news }).failures, []);
    await productFeature.delete(context, id, outs);
    assertDetached(env, product);
  });

  it("detaches a feature of another stack that was attached here, also after a refresh", async () => {
    await using env = await setup();
    const { product, entitlementFeature } = createMarkedFeature(env, "shop/platform/api");
    const { id, outs } = await productFeature.create(env.context, { product, entitlementFeature, owner });
    const refreshed = await productFeature.read(env.createContext(), id, outs);
    assert.deepEqual(refreshed?.props, outs);
    await productFeature.delete(env.createContext(), id, refreshed?.props ?? outs);
    assertDetached(env, product);
  });

  it("detaches a feature that this stack took over after it was attached", async () => {
    await using env = await setup();
    const { product, entitlementFeature } = createMarkedFeature(env, "shop/platform/api");
    const { id, outs } = await productFeature.create(env.context, { product, entitlementFeature, owner });
    setMarker(env, entitlementFeature, "shop/production/api");
    assert.equal((await productFeature.read(env.createContext(), id, outs))?.id, id);
    await productFeature.delete(env.createContext(), id, outs);
    assertDetached(env, product);
  });

  it("keeps an imported attachment without a refresh that another resource declares", async () => {
    await using env = await setup();
    const { id, pair } = await createAttachment(env);
    const context = env.createContext();
    const adopted = await declarePair(context, { ...pair, adopt: "any", owner: "shop/production/renamed" });
    assert.equal(adopted.id, id);
    await productFeature.delete(context, id, { product: pair.product } as typeof adopted.outs);
    assertAttached(env, pair.product, id);
  });

  it("succeeds when the attachment is already detached", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    await productFeature.delete(env.context, id, outs);
    await productFeature.delete(env.createContext(), id, outs);
    assertDetached(env, pair.product);
  });

  it("succeeds when the product was deleted", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    env.dashboard.deleteProduct(pair.product);
    await productFeature.delete(env.context, id, outs);
  });

  it("succeeds when only live mode has a product with that id", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    env.emulator.live.dashboard.createProduct({ id: pair.product, name: "Enterprise" });
    env.dashboard.deleteProduct(pair.product);
    await productFeature.delete(env.createContext(), id, outs);
  });

  it("succeeds when the response is lost", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    env.emulator.faults.add({ kind: "drop", when: "after", method: "DELETE", times: 1 });
    await productFeature.delete(env.context, id, outs);
    assertDetached(env, pair.product);
  });

  for (const status of [400, 403, 409, 500]) {
    it(`rejects when Stripe answers ${status}, and the feature stays attached`, async () => {
      await using env = await setup();
      const { id, outs, pair } = await createAttachment(env);
      env.emulator.faults.add({ kind: "status", status, method: "DELETE" });
      const context = env.createContext({ maxRetries: 1 });
      const error = await entitlementsRejection(productFeature.delete(context, id, outs));
      assert.ok(error.message.startsWith(`ProductFeature (${id} on ${pair.product}): `), error.message);
      assertAttached(env, pair.product, id);
    });
  }
});
