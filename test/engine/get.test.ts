import assert from "node:assert/strict";
import { type Engine, startEngine, stopEngines, timeout } from "../support/engine";
import { adapters, type PackageForm, packageForms } from "../support/package-forms";
import { engineRejection } from "../support/provider-process";

describe("The static get of a resource", function () {
  this.timeout(timeout);
  let form: PackageForm;
  let engine: Engine;

  before(async () => {
    form = await packageForms.installed();
  });

  beforeEach(async () => {
    engine = await startEngine(form);
  });

  afterEach(stopEngines);

  it("returns an existing feature and an attachment by their ids", async () => {
    const { provider, dashboard, emulator } = engine;
    const product = dashboard.createProduct({ name: "Enterprise" }).id;
    const feature = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const attachment = dashboard.attach(product, feature.id);
    const found = await provider.get(feature.id, form.feature({}));
    assert.deepEqual([found.id, found.props["lookupKey"], found.props["active"]], [feature.id, "sso", true]);
    assert.equal(emulator.requests.count(), 1);
    const attached = await provider.get(attachment.id, form.productFeature({ product }));
    assert.deepEqual([attached.id, attached.props["entitlementFeature"]], [attachment.id, feature.id]);
  });

  it("rejects a missing feature, an archived one, and a missing attachment", async () => {
    const { provider, dashboard } = engine;
    const archived = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" }).id;
    dashboard.archiveFeature(archived);
    const product = dashboard.createProduct({ name: "Enterprise" }).id;
    const attachment = () => provider.get("prodft_none", form.productFeature({ product }));
    const calls = {
      "Feature (feat_none)": () => provider.get("feat_none", form.feature({})),
      [`Feature (${archived})`]: () => provider.get(archived, form.feature({})),
      [`ProductFeature (prodft_none on ${product})`]: attachment,
    };
    for (const [subject, call] of Object.entries(calls)) {
      const { message } = await engineRejection(call());
      assert.ok(
        message.startsWith(`${subject}: the object does not exist in this account and mode, or is archived\n`),
        message,
      );
    }
  });
});

for (const [adapter, openForm] of Object.entries(adapters)) {
  describe(`A feature that get has read, with the ${adapter},`, function () {
    this.timeout(timeout);
    after(stopEngines);

    it("stays in a refresh after another stack has adopted it", async () => {
      const form = await openForm();
      const { provider, dashboard } = await startEngine(form);
      const { id } = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
      const { props } = await provider.get(id, form.feature({}));
      dashboard.setMetadata(id, { pulumi_owner: "shop/staging/sso" });
      const found = await provider.read(id, props);
      assert.deepEqual([found.id, found.props["marker"]], [id, "shop/staging/sso"]);
      assert.doesNotMatch((await provider.stop()).stdout, /taken over/);
    });
  });
}
