import assert from "node:assert/strict";
import { type Config, type Engine, startEngine, startNextRun, stopEngines, timeout } from "../support/engine";
import { adapters, type PackageForm } from "../support/package-forms";
import type { Props } from "../support/provider-process";
// Two stacks as version 0.1.0 writes them. `marked` has every property, `bare` as few as possible.
// The file must not change once that version is published. A later state gets a file of its own.
import { bare, marked } from "./golden/state-0.1.0.json";

const emulator = { accounts: [{ id: "acct_golden" }] };

const stacks = {
  "with markers and the account": { golden: marked, configFor: () => ({}) },
  "without markers, by a key that may not read its account": { golden: bare, configFor: bareConfig },
};

function bareConfig({ emulator: { sandbox } }: Engine): Config {
  return { apiKey: sandbox.restrictedKey({ entitlements: "write", products: "write" }), ownership: "none" };
}

const cases = Object.entries(adapters).flatMap(([adapter, openForm]) =>
  Object.entries(stacks).map(([name, stack]) => ({ title: `${name}, by the ${adapter}`, openForm, ...stack })),
);

for (const { title, openForm, golden, configFor } of cases) {
  describe(`The state of a stack written ${title}`, function () {
    this.timeout(timeout);
    let form: PackageForm;
    let engine: Engine;

    before(async () => {
      form = await openForm();
      engine = await startEngine(form, { emulator });
      engine.dashboard.createProduct({ id: "prod_golden", name: "Enterprise" });
    });

    after(stopEngines);

    it("has the properties of version 0.1.0", async () => {
      const provider = await startNextRun(form, engine, configFor(engine));
      const declared = form.feature({ ...golden.feature.inputs, owner: "shop/production/sso" });
      const checked = await provider.check({}, declared);
      assert.deepEqual(checked, { inputs: form.feature(golden.feature.inputs), failures: [] });
      const feature = await provider.create(checked.inputs);
      assert.deepEqual(feature.outs, form.feature(golden.feature.outputs));

      const { inputs, outputs } = withFeature(feature.id);
      const wanted = form.productFeature({ ...inputs, owner: "shop/production/enterprise-sso" });
      const pair = await provider.check({}, wanted);
      assert.deepEqual(pair, { inputs: form.productFeature(inputs), failures: [] });
      const attachment = await provider.create(pair.inputs);
      assert.deepEqual(attachment.outs, form.productFeature(outputs));
    });

    it("is read, compared, updated and deleted as version 0.1.0 wrote it", async () => {
      const { dashboard } = engine;
      const provider = await startNextRun(form, engine, configFor(engine));
      for (const { id } of dashboard.features({ archived: false })) dashboard.archiveFeature(id);
      for (const { id } of dashboard.productFeatures("prod_golden")) dashboard.detach("prod_golden", id);
      const { lookupKey, name, metadata, ...marker } = golden.feature.inputs as GoldenInputs;
      const pulumi_owner = marker.owner === undefined ? {} : { pulumi_owner: marker.owner };
      const { id } = dashboard.createFeature({ lookupKey, name, metadata: { ...metadata, ...pulumi_owner } });
      const inputs = form.feature(golden.feature.inputs);
      const outs = form.feature(golden.feature.outputs);
      assert.deepEqual(await provider.read(id, outs), { id, props: outs, inputs });
      assert.equal((await provider.diff(id, outs, inputs)).changes, false);
      const renamed = await provider.update(id, outs, { ...inputs, name: "SSO" });
      assert.equal(dashboard.feature(id)?.name, "SSO");

      const pair = withFeature(id);
      const attachment = dashboard.attach("prod_golden", id).id;
      const attached = form.productFeature(pair.outputs);
      const wanted = form.productFeature(pair.inputs);
      assert.deepEqual(await provider.read(attachment, attached), { id: attachment, props: attached, inputs: wanted });
      assert.equal((await provider.diff(attachment, attached, wanted)).changes, false);
      await provider.delete(attachment, attached);
      assert.deepEqual(dashboard.productFeatures("prod_golden"), []);
      await provider.delete(id, renamed);
      assert.equal(dashboard.feature(id)?.active, false);
    });

    function withFeature(entitlementFeature: string): { inputs: Props; outputs: Props } {
      const { inputs, outputs } = golden.productFeature;
      return { inputs: { ...inputs, entitlementFeature }, outputs: { ...outputs, entitlementFeature } };
    }
  });
}

interface GoldenInputs {
  readonly lookupKey: string;
  readonly name: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly owner?: string;
}
