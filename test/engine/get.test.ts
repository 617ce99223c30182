import assert from "node:assert/strict";
import { type Engine, startEngine, stopEngines, timeout } from "../support/engine";
import { type PackageForm, packageForms } from "../support/package-forms";
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
