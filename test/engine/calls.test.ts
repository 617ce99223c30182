import assert from "node:assert/strict";
import { type Engine, startEngine, startNextRun, stopEngines, timeout } from "../support/engine";
import { adapters, type PackageForm } from "../support/package-forms";
import type { Props } from "../support/provider-process";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };

for (const [adapter, openForm] of Object.entries(adapters)) {
  describe(`The ${adapter}, as a process,`, function () {
    this.timeout(timeout);
    let form: PackageForm;
    let engine: Engine;

    before(async () => {
      form = await openForm();
      engine = await startEngine(form);
    });

    after(stopEngines);

    // The tests share one emulator, in which only one active feature can have a lookup key.
    afterEach(() => {
      for (const { id } of engine.dashboard.features({ archived: false })) engine.dashboard.archiveFeature(id);
    });

    it("creates and updates a feature without metadata and without an owner", async () => {
      const { provider, dashboard } = engine;
      const { id, outs } = await provider.create(form.feature({ lookupKey: "api", name: "API" }));
      assert.deepEqual(dashboard.feature(id)?.metadata, {});
      assert.deepEqual(outs, form.feature({ lookupKey: "api", name: "API", metadata: {}, ...stateOf(engine) }));
      const news = form.feature({ lookupKey: "api", name: "API access" });
      await provider.update(id, outs, news);
      assert.equal(dashboard.feature(id)?.name, "API access");
      const read = await provider.read(id, outs);
      assert.deepEqual(read.inputs, news);
    });

    it("sends metadata unchanged, whatever characters it contains", async () => {
      const { provider, dashboard } = engine;
      const metadata = {
        "a.b": "1",
        "a&b=c": "&=+%20",
        "\u00e4 \u{1F511}": " x\ny ",
        constructor: "c",
        toString: "t",
        "0": "zero",
      };
      const { id, outs } = await provider.create(form.feature({ ...sso, metadata }));
      assert.deepEqual(dashboard.feature(id)?.metadata, { ...metadata, pulumi_owner: owner });
      assert.deepEqual(outs["metadata"], metadata);
      const { constructor: _, ...fewer } = metadata;
      await provider.update(id, outs, form.feature({ ...sso, metadata: fewer }));
      assert.deepEqual(dashboard.feature(id)?.metadata, { ...fewer, pulumi_owner: owner });
    });

    it("returns changes by hand as inputs, so that a preview shows them by property", async () => {
      const { provider, dashboard } = engine;
      const { id, outs } = await provider.create(form.feature(sso));
      dashboard.renameFeature(id, "Renamed by hand");
      dashboard.setMetadata(id, { team: "identity", note: "by hand" });
      const drifted = { lookupKey: "sso", name: "Renamed by hand", metadata: { team: "identity", note: "by hand" } };
      const read = await provider.read(id, outs);
      // The marker was removed with the rest of the metadata.
      assert.deepEqual(read.inputs, form.feature(drifted));
      assert.equal((await provider.diff(id, read.props, form.feature(sso))).changes, true);
      await provider.update(id, read.props, form.feature(sso));
      assert.deepEqual(pick(dashboard.feature(id)), [
        "sso",
        "Single sign-on",
        { team: "identity", pulumi_owner: owner },
        true,
      ]);
    });

    it("deletes objects that no longer exist", async () => {
      const { provider, dashboard } = engine;
      const product = dashboard.createProduct({ name: "Enterprise" }).id;
      const feature = await provider.create(form.feature(sso));
      const pair = form.productFeature({ product, entitlementFeature: feature.id });
      const attachment = await provider.create(pair);
      for (let time = 0; time < 2; time += 1) {
        await provider.delete(attachment.id, attachment.outs);
        await provider.delete(feature.id, feature.outs);
      }
      dashboard.deleteProduct(product);
      await provider.delete(attachment.id, attachment.outs);
      assert.equal(dashboard.feature(feature.id)?.active, false);
      await provider.delete("feat_none", feature.outs);
    });

    it("creates each of many features once when all calls arrive at the same time", async () => {
      const { provider, dashboard } = engine;
      const names = Array.from({ length: 20 }, (_, index) => `feature-${index}`);
      const made = await Promise.all(
        names.map((lookupKey) => provider.create(form.feature({ lookupKey, name: lookupKey, owner }))),
      );
      assert.equal(new Set(made.map(({ id }) => id)).size, names.length);
      const keys = dashboard.features({ archived: false }).map((feature) => feature.lookup_key);
      assert.deepEqual(keys.sort(), names.sort());
      const read = await Promise.all(made.map(({ id, outs }) => provider.read(id, outs)));
      assert.deepEqual(
        read.map(({ id }) => id),
        made.map(({ id }) => id),
      );
    });
  });

  describe(`A new process of the ${adapter}`, function () {
    this.timeout(timeout);
    let form: PackageForm;
    let engine: Engine;

    before(async () => {
      form = await openForm();
    });

    beforeEach(async () => {
      engine = await startEngine(form);
    });

    afterEach(stopEngines);

    it("creates, updates, reads and archives a feature", async () => {
      const { provider, dashboard } = engine;
      const checked = await provider.check({}, form.feature(sso));
      assert.deepEqual(checked, { inputs: form.feature(sso), failures: [] });

      const { id, outs } = await provider.create(checked.inputs);
      const marked = { team: "identity", pulumi_owner: owner };
      assert.deepEqual(pick(dashboard.feature(id)), ["sso", "Single sign-on", marked, true]);
      assert.deepEqual(outs, form.feature({ ...sso, ...stateOf(engine) }));

      const news = form.feature({ lookupKey: "sso", name: "SSO", owner });
      const planned = await provider.diff(id, outs, news);
      assert.deepEqual(planned, { changes: true, replaces: [], deleteBeforeReplace: false });
      const changed = await provider.update(id, outs, news);
      assert.deepEqual(pick(dashboard.feature(id)), ["sso", "SSO", { pulumi_owner: owner }, true]);
      assert.deepEqual(
        changed,
        form.feature({ lookupKey: "sso", name: "SSO", metadata: {}, owner, ...stateOf(engine) }),
      );

      assert.deepEqual(await provider.read(id, changed), { id, props: changed, inputs: news });
      assert.equal((await provider.diff(id, changed, news)).changes, false);

      const nextRun = await startNextRun(form, engine);
      await nextRun.delete(id, changed);
      assert.equal(dashboard.feature(id)?.active, false);
    });

    it("attaches a feature, reads the attachment and detaches the feature", async () => {
      const { provider, dashboard } = engine;
      const product = dashboard.createProduct({ name: "Enterprise" }).id;
      // As a Feature of the stack created it.
      const marked = { lookupKey: "sso", name: "Single sign-on", metadata: { pulumi_owner: owner } };
      const feature = dashboard.createFeature(marked);
      const inputs = form.productFeature({ product, entitlementFeature: feature.id, owner: "shop/production/pair" });
      assert.deepEqual(await provider.check({}, inputs), { inputs, failures: [] });

      const { id, outs } = await provider.create(inputs);
      const attachments = dashboard.productFeatures(product);
      assert.deepEqual(
        attachments.map(({ id, entitlement_feature }) => [id, entitlement_feature.id]),
        [[id, feature.id]],
      );
      const { account, livemode } = stateOf(engine);
      assert.deepEqual(outs, { ...inputs, lookupKey: "sso", livemode, account });

      assert.deepEqual(await provider.read(id, outs), { id, props: outs, inputs });
      const unchanged = { changes: false, replaces: [], deleteBeforeReplace: false };
      assert.deepEqual(await provider.diff(id, outs, inputs), unchanged);
      assert.deepEqual(await provider.update(id, outs, inputs), outs);

      const nextRun = await startNextRun(form, engine);
      await nextRun.delete(id, outs);
      assert.deepEqual(dashboard.productFeatures(product), []);
    });

    it("sends one request per write, one for the account, and reads only before deletes", async () => {
      const { provider, emulator, dashboard } = engine;
      const product = dashboard.createProduct({ name: "Enterprise" }).id;
      const feature = await provider.create(form.feature(sso));
      const pair = form.productFeature({ product, entitlementFeature: feature.id });
      const attachment = await provider.create(pair);
      await provider.update(feature.id, feature.outs, form.feature({ ...sso, name: "SSO" }));
      await provider.delete(attachment.id, attachment.outs);
      await provider.delete(feature.id, feature.outs);
      const sent = emulator.requests.entries.map(({ method, route }) => `${method} ${route}`);
      assert.deepEqual(sent, [
        "GET /v1/account",
        "POST /v1/entitlements/features",
        "POST /v1/products/:product/features",
        "POST /v1/entitlements/features/:id",
        "GET /v1/products/:product/features/:id",
        "DELETE /v1/products/:product/features/:id",
        "GET /v1/entitlements/features",
        "GET /v1/products",
        "GET /v1/products/:product/features",
        "POST /v1/entitlements/features/:id",
      ]);
      assert.equal(new Set(emulator.requests.filter({ method: "POST" }).map((sent) => sent.idempotencyKey)).size, 4);
    });

    it("reads archived, detached and orphaned objects as gone, with one line for each", async () => {
      const { provider, dashboard } = engine;
      const [kept, deleted] = ["Kept", "Deleted"].map((name) => dashboard.createProduct({ name }).id);
      assert.ok(kept !== undefined && deleted !== undefined);
      const feature = await provider.create(form.feature(sso));
      const attach = (product: string) =>
        provider.create(form.productFeature({ product, entitlementFeature: feature.id, owner }));
      const detached = await attach(kept);
      const orphaned = await attach(deleted);
      dashboard.detach(kept, detached.id);
      dashboard.deleteProduct(deleted);
      dashboard.archiveFeature(feature.id);

      assert.equal((await provider.read(feature.id, feature.outs)).id, "");
      assert.equal((await provider.read(detached.id, detached.outs)).id, "");
      assert.equal((await provider.read(orphaned.id, orphaned.outs)).id, "");
      const lines = (await provider.stop()).stdout.split("\n");
      assert.equal(lines.length, 4);
      assert.match(lines[0] ?? "", /^Creating in acct_/);
      assert.match(lines[1] ?? "", new RegExp(`^Feature "sso" \\(${feature.id}, lookup key "sso"\\) was archived`));
      assert.match(lines[2] ?? "", new RegExp(`^ProductFeature "sso" \\(${detached.id} on ${kept}\\) was detached`));
      assert.match(lines[3] ?? "", new RegExp(`^ProductFeature "sso" \\(${orphaned.id} on ${deleted}\\) was detached`));
    });

    it("keeps objects that are still declared after a forced replacement", async () => {
      const { provider, dashboard, emulator } = engine;
      const product = dashboard.createProduct({ name: "Enterprise" }).id;
      const feature = await provider.create((await provider.check({}, form.feature(sso))).inputs);
      const pair = form.productFeature({ product, entitlementFeature: feature.id, owner: "shop/production/pair" });
      const attachment = await provider.create((await provider.check({}, pair)).inputs);
      emulator.requests.clear();
      await provider.delete(attachment.id, attachment.outs);
      await provider.delete(feature.id, feature.outs);
      assert.equal(emulator.requests.count(), 0);
      assert.equal(dashboard.productFeatures(product).length, 1);
      assert.equal(dashboard.feature(feature.id)?.active, true);
      const { stdout } = await provider.stop();
      const lines = [
        `ProductFeature "pair" (${attachment.id} on ${product}) is still declared. It is kept.`,
        `Feature "sso" (${feature.id}, lookup key "sso") is still declared. It is kept.`,
      ];
      assert.deepEqual(stdout.split("\n").slice(1), lines);
    });
  });
}

function stateOf({ emulator }: Engine) {
  return { active: true, livemode: false, account: emulator.sandbox.account } satisfies Props;
}

function pick(feature: ReturnType<Engine["dashboard"]["feature"]>) {
  return [feature?.lookup_key, feature?.name, feature?.metadata, feature?.active];
}
