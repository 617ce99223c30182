import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import { attachments, featuresPath, itKeepsRule } from "./support";

/** Creates a product and a feature that is not attached. */
function plan(emulator: Emulator) {
  const { dashboard } = emulator.sandbox;
  const product = dashboard.createProduct({ name: "Team" });
  const feature = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
  return { dashboard, product, feature };
}

describe("emulator /v1/products/:product/features", () => {
  itKeepsRule("productFeatureShape", async ({ emulator, stripe }) => {
    const { dashboard, feature, product } = plan(emulator);
    const attached = await stripe.post(attachments(product.id), { entitlement_feature: feature.id });
    assert.equal(attached.status, 200);
    const { id } = attached.body;
    assert.match(id, /^prodft_\w{24}$/);
    assert.deepEqual(attached.body, {
      id,
      object: "product_feature",
      entitlement_feature: feature,
      livemode: false,
    });
    assert.deepEqual((await stripe.get(`${attachments(product.id)}/${id}`)).body, attached.body);
    assert.deepEqual((await stripe.get(attachments(product.id))).body.data, [attached.body]);
    assert.deepEqual(dashboard.productFeatures(product.id), [attached.body]);
  });

  itKeepsRule("attachedTwice", async ({ emulator, stripe }) => {
    const { dashboard, feature, product } = plan(emulator);
    dashboard.attach(product.id, feature.id);
    const again = await stripe.post(attachments(product.id), { entitlement_feature: feature.id });
    assert.equal(again.status, 400);
    assert.equal(again.body.error.param, "entitlement_feature");
    assert.equal(dashboard.productFeatures(product.id).length, 1);
    const other = dashboard.createProduct({ name: "Enterprise" });
    assert.equal((await stripe.post(attachments(other.id), { entitlement_feature: feature.id })).status, 200);
  });

  itKeepsRule("archivedNotAttachable", async ({ emulator, stripe }) => {
    const { dashboard, feature, product } = plan(emulator);
    dashboard.archiveFeature(feature.id);
    const attached = await stripe.post(attachments(product.id), { entitlement_feature: feature.id });
    assert.equal(attached.status, 400);
    assert.match(attached.body.error.message, /archived/);
    assert.deepEqual(dashboard.productFeatures(product.id), []);
  });

  itKeepsRule("archivedStaysAttached", async ({ emulator, stripe }) => {
    const { dashboard, feature, product } = plan(emulator);
    const { id } = dashboard.attach(product.id, feature.id);
    dashboard.renameFeature(feature.id, "SSO");
    dashboard.archiveFeature(feature.id);
    const found = await stripe.get(`${attachments(product.id)}/${id}`);
    assert.deepEqual(found.body["entitlement_feature"], { ...feature, name: "SSO", active: false });
  });

  itKeepsRule("detach", async ({ emulator, stripe }) => {
    const { dashboard, feature, product } = plan(emulator);
    const { id } = dashboard.attach(product.id, feature.id);
    const detached = await stripe.delete(`${attachments(product.id)}/${id}`);
    assert.equal(detached.status, 200);
    assert.deepEqual(detached.body, { id, object: "product_feature", deleted: true });
    assert.equal((await stripe.get(`${attachments(product.id)}/${id}`)).status, 404);
    assert.deepEqual(dashboard.productFeatures(product.id), []);
    assert.equal(dashboard.feature(feature.id)?.active, true);
    assert.equal((await stripe.post(attachments(product.id), { entitlement_feature: feature.id })).status, 200);
  });

  itKeepsRule("detachTwice", async ({ emulator, stripe }) => {
    const { dashboard, feature, product } = plan(emulator);
    const { id } = dashboard.attach(product.id, feature.id);
    await stripe.delete(`${attachments(product.id)}/${id}`);
    const again = await stripe.delete(`${attachments(product.id)}/${id}`);
    assert.equal(again.status, 404);
    assert.equal(again.body.error.code, "resource_missing");
    assert.equal(again.body.error.param, "id");
  });

  itKeepsRule("attachmentOfProduct", async ({ emulator, stripe }) => {
    const { dashboard, feature, product } = plan(emulator);
    const other = dashboard.createProduct({ name: "Enterprise" });
    const { id } = dashboard.attach(product.id, feature.id);
    assert.equal((await stripe.get(`${attachments(other.id)}/${id}`)).status, 404);
    assert.equal((await stripe.delete(`${attachments(other.id)}/${id}`)).status, 404);
    assert.equal(dashboard.productFeatures(product.id).length, 1);
    const nowhere = await stripe.get(attachments("prod_missing"));
    assert.equal(nowhere.status, 404);
    assert.equal(nowhere.body.error.message, "No such product: 'prod_missing'");
    assert.equal(nowhere.body.error.param, "product");
  });

  itKeepsRule("attachById", async ({ emulator, stripe }) => {
    const { product } = plan(emulator);
    const attached = await stripe.post(attachments(product.id), { entitlement_feature: "sso" });
    assert.equal(attached.status, 400);
    assert.equal(attached.body.error.code, "resource_missing");
    assert.equal(attached.body.error.param, "entitlement_feature");
    assert.match(attached.body.error.message, /'sso'$/);
    const missing = await stripe.get(`${featuresPath}/sso`);
    assert.equal(missing.status, 404);
    assert.equal(missing.body.error.code, "resource_missing");
  });

  itKeepsRule("inactiveProduct", async ({ emulator, stripe }) => {
    const { dashboard, feature, product } = plan(emulator);
    dashboard.setProductActive(product.id, false);
    const attached = await stripe.post(attachments(product.id), { entitlement_feature: feature.id });
    assert.equal(attached.status, 200);
  });
});
