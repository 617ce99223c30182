import assert from "node:assert/strict";
import { type Engine, startEngine, startNextRun, stopEngines, timeout } from "../support/engine";
import { type PackageForm, packageForms } from "../support/package-forms";
import type { Props } from "../support/provider-process";
import { marked } from "./golden/state-0.1.0.json";
import { type OlderTexts, olderTexts, olderVariants } from "./older-texts";

const product = "prod_golden";

const forms = { linked: packageForms.linked, installed: packageForms.installed };

for (const [name, make] of Object.entries(forms)) {
  for (const variant of olderVariants) {
    describe(`State with the older ${variant} text and the ${name} package`, function () {
      this.timeout(timeout);
      let form: PackageForm;
      let older: OlderTexts;
      let engine: Engine;
      let featureId: string;
      let attachmentId: string;

      before(async () => {
        form = await make();
        older = await olderTexts(variant);
        engine = await startEngine(form, { emulator: { accounts: [{ id: "acct_golden" }] } });
        engine.dashboard.createProduct({ id: product, name: "Enterprise" });
      });

      after(stopEngines);

      // Each test has its own objects on the server.
      beforeEach(() => {
        const { dashboard } = engine;
        for (const { id } of dashboard.productFeatures(product)) dashboard.detach(product, id);
        for (const { id } of dashboard.features({ archived: false })) dashboard.archiveFeature(id);
        const { lookupKey, name, metadata, owner } = marked.feature.inputs;
        featureId = dashboard.createFeature({ lookupKey, name, metadata: { ...metadata, pulumi_owner: owner } }).id;
        attachmentId = dashboard.attach(product, featureId).id;
      });

      const ofFeature = (properties: Props) => ({ ...properties, entitlementFeature: featureId });
      const olderFeature = (): Props => ({ ...marked.feature.outputs, __provider: older.feature });
      const olderAttachment = (): Props => ({
        ...ofFeature(marked.productFeature.outputs),
        __provider: older.productFeature,
      });
      const attachmentIds = () => engine.dashboard.productFeatures(product).map(({ id }) => id);

      it("is read, and keeps its text", async () => {
        const { provider } = engine;
        assert.deepEqual(await provider.read(featureId, olderFeature()), {
          id: featureId,
          props: olderFeature(),
          inputs: { ...marked.feature.inputs, __provider: older.feature },
        });
        assert.deepEqual(await provider.read(attachmentId, olderAttachment()), {
          id: attachmentId,
          props: olderAttachment(),
          inputs: { ...ofFeature(marked.productFeature.inputs), __provider: older.productFeature },
        });
      });

      it("is read as gone after a change outside Pulumi", async () => {
        const { provider, dashboard } = engine;
        dashboard.detach(product, attachmentId);
        assert.equal((await provider.read(attachmentId, olderAttachment())).id, "");
        dashboard.archiveFeature(featureId);
        assert.equal((await provider.read(featureId, olderFeature())).id, "");
      });

      it("shows no change to a program that registers the current text", async () => {
        const { provider } = engine;
        const feature = form.feature(marked.feature.inputs);
        const attachment = form.productFeature(ofFeature(marked.productFeature.inputs));
        const unchanged = { changes: false, replaces: [], deleteBeforeReplace: false };
        assert.deepEqual(await provider.diff(featureId, olderFeature(), feature), unchanged);
        assert.deepEqual(await provider.diff(attachmentId, olderAttachment(), attachment), unchanged);
      });

      it("gets the current text by the next update of a feature", async () => {
        const news = form.feature({ ...marked.feature.inputs, name: "SSO" });
        const updated = await engine.provider.update(featureId, olderFeature(), news);
        assert.deepEqual(updated, form.feature({ ...marked.feature.outputs, name: "SSO" }));
        assert.equal(engine.dashboard.feature(featureId)?.name, "SSO");
      });

      it("gets the current text by the next update of an attachment", async () => {
        const news = form.productFeature(ofFeature({ ...marked.productFeature.inputs, adopt: "never" }));
        const updated = await engine.provider.update(attachmentId, olderAttachment(), news);
        assert.deepEqual(updated, form.productFeature(ofFeature({ ...marked.productFeature.outputs, adopt: "never" })));
        assert.deepEqual(attachmentIds(), [attachmentId]);
      });

      it("is deleted", async () => {
        const provider = await startNextRun(form, engine);
        await provider.delete(attachmentId, olderAttachment());
        assert.deepEqual(attachmentIds(), []);
        await provider.delete(featureId, olderFeature());
        assert.equal(engine.dashboard.feature(featureId)?.active, false);
      });

      it("is deleted by a process that also runs the current text", async () => {
        const provider = await startNextRun(form, engine);
        const other = engine.dashboard.createFeature({ lookupKey: "api", name: "API" }).id;
        const outputs = { lookupKey: "api", name: "API", metadata: {}, active: true, livemode: false };
        const current = form.feature({ ...outputs, account: "acct_golden" });
        assert.equal((await provider.read(other, current)).id, other);
        await provider.delete(attachmentId, olderAttachment());
        await Promise.all([provider.delete(featureId, olderFeature()), provider.delete(other, current)]);
        assert.deepEqual(engine.dashboard.features({ archived: false }), []);
        assert.deepEqual(attachmentIds(), []);
      });

      it("keeps a feature that a resource with the current text adopted in the same process", async () => {
        const provider = await startNextRun(form, engine);
        const { inputs, failures } = await provider.check({}, form.feature(renamed));
        assert.deepEqual(failures, []);
        assert.equal((await provider.create(inputs)).id, featureId);
        await provider.delete(featureId, olderFeature());
        assert.equal(engine.dashboard.feature(featureId)?.active, true);
        assert.deepEqual(attachmentIds(), [attachmentId]);
      });
    });
  }
}

/** The recorded feature under another resource name. */
const renamed = { ...marked.feature.inputs, owner: "shop/production/single-sign-on", adopt: "any" };
