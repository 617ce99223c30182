import assert from "node:assert/strict";
import { StripeError } from "../../emulator";
import { featuresPath, withEmulator } from "./support";

describe("Dashboard", () => {
  it("changes the state without a request", () =>
    withEmulator(async ({ emulator, stripe }) => {
      const { dashboard } = emulator.sandbox;
      const feature = dashboard.createFeature({ lookupKey: "sso", name: "SSO", metadata: { a: "1", b: "2" } });
      const product = dashboard.createProduct({ id: "prod_team", name: "Team" });
      dashboard.renameFeature(feature.id, "Sign-on");
      dashboard.setMetadata(feature.id, { b: "3" });
      const attachment = dashboard.attach(product.id, feature.id);
      assert.equal(emulator.requests.count(), 0);
      const shown = { ...feature, name: "Sign-on", metadata: { b: "3" } };
      assert.deepEqual((await stripe.get(`${featuresPath}/${feature.id}`)).body, shown);
      assert.deepEqual(attachment.entitlement_feature, shown);
      dashboard.detach(product.id, feature.id);
      assert.deepEqual(dashboard.productFeatures(product.id), []);
      const again = dashboard.attach(product.id, feature.id);
      dashboard.detach(product.id, again.id);
      assert.deepEqual(dashboard.productFeatures(product.id), []);
      dashboard.deleteProduct(product.id);
      assert.deepEqual(dashboard.products(), []);
    }));

  it("updates the given properties of a feature and leaves the others", () =>
    withEmulator(async ({ emulator }) => {
      const { dashboard } = emulator.sandbox;
      const { id } = dashboard.createFeature({ lookupKey: "sso", name: "SSO", metadata: { a: "1" } });
      assert.partialDeepStrictEqual(dashboard.updateFeature(id, { name: "Sign-on" }), {
        name: "Sign-on",
        metadata: { a: "1" },
      });
      const { metadata, name } = dashboard.updateFeature(id, { metadata: { b: "2" } });
      assert.deepEqual({ metadata, name }, { metadata: { b: "2" }, name: "Sign-on" });
    }));

  it("applies the rules and returns copies", () =>
    withEmulator(async ({ emulator }) => {
      const { dashboard } = emulator.sandbox;
      const feature = dashboard.createFeature({ lookupKey: "sso", name: "SSO", metadata: { a: "1" } });
      assert.throws(() => dashboard.createFeature({ lookupKey: "sso", name: "SSO" }), StripeError);
      const archived = dashboard.archiveFeature(feature.id);
      assert.equal(archived.active, false);
      assert.equal(feature.active, true);
      assert.throws(() => dashboard.renameFeature(feature.id, "New"), { name: "StripeError", status: 400 });
      assert.throws(() => dashboard.detach("prod_missing", feature.id), { code: "resource_missing" });
      assert.equal(dashboard.feature("feat_missing"), undefined);
      assert.deepEqual(dashboard.features({ archived: true }), [archived]);
      assert.deepEqual(dashboard.features({ archived: false }), []);
    }));
});
