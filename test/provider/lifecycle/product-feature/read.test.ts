import assert from "node:assert/strict";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { entitlementsRejection } from "../../../support/rejection";
import { localContext, setup } from "../../../support/test-environment";
import { assertAttached, createAttachment, createMarkedFeature, setMarker } from "./attachment";
import { createInStack, refresh } from "./two-stacks";

describe("ProductFeature.read", () => {
  it("returns the attachment as it was created, with one request", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    const found = await productFeature.read(env.createContext(), id, outs);
    assert.deepEqual(found, { id, props: outs, inputs: pair });
    assert.deepEqual(productFeature.diff(localContext(), id, found.props, pair).changed, []);
    assert.deepEqual(env.requests, ["GET /v1/products/:product/features/:id"]);
  });

  it("returns an attachment whose feature was archived by hand", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    env.dashboard.archiveFeature(pair.entitlementFeature);
    assert.equal((await productFeature.read(env.createContext(), id, outs))?.id, id);
  });

  it("treats a detached attachment as deleted, and logs one line", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    env.dashboard.detach(pair.product, id);
    const context = env.createContext();
    assert.equal(await productFeature.read(context, id, outs), undefined);
    assert.deepEqual(context.logged, [
      `ProductFeature (${id} on ${pair.product}) was detached outside Pulumi, or its product deleted. If it is still declared, ` +
        "`pulumi up` attaches it again.",
    ]);
  });

  it("treats an attachment as deleted when the feature was attached again under another id", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    env.dashboard.detach(pair.product, id);
    env.dashboard.attach(pair.product, pair.entitlementFeature);
    assert.equal(await productFeature.read(env.createContext(), id, outs), undefined);
  });

  it("treats an attachment as deleted when its product was deleted", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    env.dashboard.deleteProduct(pair.product);
    assert.equal(await productFeature.read(env.createContext(), id, outs), undefined);
  });

  it("treats an attachment as deleted when only live mode has a product with that id", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    env.emulator.live.dashboard.createProduct({ id: pair.product, name: "Enterprise" });
    env.dashboard.deleteProduct(pair.product);
    assert.equal(await productFeature.read(env.createContext(), id, outs), undefined);
  });

  it("sends one request for a single attachment that is not managed yet", async () => {
    await using env = await setup();
    const { id, pair } = await createAttachment(env);
    const found = await productFeature.read(env.createContext(), id, { product: pair.product });
    assert.equal(found?.props.entitlementFeature, pair.entitlementFeature);
    assert.equal(env.emulator.requests.count(), 1);
  });

  it("returns an attachment on its first read, whichever stack owns its feature", async () => {
    await using env = await setup();
    const { product, entitlementFeature } = createMarkedFeature(env, "other/dev/api");
    const { id } = env.dashboard.attach(product, entitlementFeature);
    const first = await productFeature.read(env.createContext(), id, { product });
    assert.equal(first?.props.lookupKey, "api");
    assert.equal(first?.props.featureOwner, "other/dev/api");
    const second = await productFeature.read(env.createContext(), id, first?.props ?? {});
    assert.equal(second?.props.featureOwner, "other/dev/api");
  });

  it("rejects an id without a product, and sends nothing", async () => {
    await using env = await setup();
    const { id } = await createAttachment(env);
    const error = await entitlementsRejection(productFeature.read(env.createContext(), id, {}));
    assert.equal(error.message, `ProductFeature (${id}): reading an attachment needs its product and its id`);
    assert.equal(error.kind, "invalidArgument");
    assert.equal(env.emulator.requests.count(), 0);
  });

  it("rejects when Stripe fails, and treats nothing as deleted", async () => {
    await using env = await setup();
    const { id, outs } = await createAttachment(env);
    env.emulator.faults.add({ kind: "status", status: 503 });
    const context = env.createContext({ maxRetries: 1 });
    const error = await entitlementsRejection(productFeature.read(context, id, outs));
    assert.equal(error.kind, "api");
    assert.deepEqual(context.logged, []);
  });

  it("treats an attachment that this run detached as deleted, although a list held it", async () => {
    await using env = await setup();
    const { id, outs } = await createAttachment(env);
    const read = () => productFeature.read(env.context, id, outs);
    await Promise.all([read(), read()]);
    await productFeature.delete(env.context, id, outs);
    assert.equal(await read(), undefined);
  });

  it("treats an attachment as deleted when another stack took over its feature", async () => {
    await using env = await setup();
    const { sso, teamSso } = await createInStack(env, "shop/production");
    setMarker(env, sso.id, "shop/staging/sso");
    const context = env.createContext();
    assert.deepEqual(await refresh(context, { sso, teamSso }), { sso: undefined, teamSso: undefined });
    const { product } = teamSso.outs;
    assertAttached(env, product, teamSso.id);
    const lines = context.logged.filter((line) => line.startsWith("ProductFeature "));
    assert.deepEqual(lines, [
      `ProductFeature "team-sso" (${teamSso.id} on ${product}) was taken over with its feature by shop/staging/sso, and no ` +
        "longer belongs to this stack.",
    ]);
  });

  it("treats an attachment as deleted when a stack without markers lost its feature", async () => {
    await using env = await setup();
    const context = env.createContext({ local: { ownership: "none" } });
    const { sso, teamSso } = await createInStack(env, "shop/production", context);
    assert.deepEqual([teamSso.outs.owner, teamSso.outs.featureOwner], [undefined, undefined]);
    setMarker(env, sso.id, "shop/staging/sso");
    assert.equal((await refresh(context, { sso, teamSso })).teamSso, undefined);
    assertAttached(env, teamSso.outs.product, teamSso.id);
    assert.match(context.logged.join(), /was taken over with its feature by shop\/staging\/sso/);
  });

  for (const marker of [undefined, "shop/platform/api"]) {
    const origin = marker ? "of another stack" : "without a marker";
    it(`keeps an attachment whose feature ${origin} changes hands`, async () => {
      await using env = await setup();
      const { product, entitlementFeature } = createMarkedFeature(env, marker);
      const pair = { product, entitlementFeature, owner: "shop/production/team-api" };
      const { id, outs } = await productFeature.create(env.context, pair);
      assert.equal(outs.featureOwner, marker ?? "");
      setMarker(env, entitlementFeature, "billing/production/api");
      assert.deepEqual((await productFeature.read(env.createContext(), id, outs))?.props, outs);
    });
  }
});
