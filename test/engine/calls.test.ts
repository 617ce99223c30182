import assert from "node:assert/strict";
import { type Engine, patience, startAgain, startEngine, stopEngines } from "../support/engine";
import { type Form, forms } from "../support/provider-forms";
import { type Props, refusal } from "../support/provider-process";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };

for (const [name, make] of Object.entries(forms)) {
  describe(`The provider process with the ${name} package`, function () {
    this.timeout(patience);
    let form: Form;
    let engine: Engine;

    before(async () => {
      form = await make();
      engine = await startEngine(form);
    });

    after(stopEngines);

    it("makes a feature, changes it, reads it and archives it", async () => {
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

      const destroying = await startAgain(form, engine);
      await destroying.delete(id, changed);
      assert.equal(dashboard.feature(id)?.active, false);
    });

    it("attaches a feature, reads the attachment and detaches it", async () => {
      const { provider, dashboard } = engine;
      const product = dashboard.createProduct({ name: "Enterprise" }).id;
      // As the stack's own Feature has made it.
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

      const destroying = await startAgain(form, engine);
      await destroying.delete(id, outs);
      assert.deepEqual(dashboard.productFeatures(product), []);
    });
  });
}

describe("The engine's calls", function () {
  this.timeout(patience);
  let form: Form;
  let engine: Engine;

  before(async () => {
    form = await forms.installed();
    engine = await startEngine(form);
  });

  after(stopEngines);

  // The tests share one server, on which a lookup key is taken once.
  afterEach(() => {
    for (const { id } of engine.dashboard.features({ archived: false })) engine.dashboard.archiveFeature(id);
  });

  it("make a feature without metadata and without an owner", async () => {
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

  it("send metadata to Stripe as it stands, whatever characters it is made of", async () => {
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

  it("read what was changed by hand as inputs, so that a preview shows it property by property", async () => {
    const { provider, dashboard } = engine;
    const { id, outs } = await provider.create(form.feature(sso));
    dashboard.renameFeature(id, "Renamed by hand");
    dashboard.setMetadata(id, { team: "identity", note: "by hand" });
    const drifted = { lookupKey: "sso", name: "Renamed by hand", metadata: { team: "identity", note: "by hand" } };
    const read = await provider.read(id, outs);
    // The marker went with the rest of the metadata.
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

  it("delete what is gone already", async () => {
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

  it("make each of many features once when all are asked for at the same time", async () => {
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

describe("The engine's calls in a process of their own", function () {
  this.timeout(patience);
  let form: Form;
  let engine: Engine;

  before(async () => {
    form = await forms.installed();
  });

  beforeEach(async () => {
    engine = await startEngine(form);
  });

  afterEach(stopEngines);

  it("cost one request each, and one for the account of them all; a delete looks first whose the feature is, and an archive where it is attached", async () => {
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

  it("read as gone what was archived, detached or deleted with its product, and say so in a line", async () => {
    const { provider, dashboard } = engine;
    const [kept, deleted] = ["Kept", "Deleted"].map((name) => dashboard.createProduct({ name }).id);
    assert.ok(kept !== undefined && deleted !== undefined);
    const feature = await provider.create(form.feature(sso));
    const attach = (product: string) =>
      provider.create(form.productFeature({ product, entitlementFeature: feature.id }));
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
    assert.match(lines[0] ?? "", /^Note: .*next billing period/);
    assert.match(lines[1] ?? "", new RegExp(`^Feature "sso" \\(${feature.id}\\) was archived`));
    assert.match(lines[2] ?? "", new RegExp(`${detached.id} .*"sso" on ${kept} was detached`));
    assert.match(lines[3] ?? "", new RegExp(`${orphaned.id} .*"sso" on ${deleted} was detached`));
  });

  it("get an existing feature and attachment by their ids alone", async () => {
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

  it("leave what is still declared to the resource that a forced replacement has made", async () => {
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
    assert.match(
      stdout,
      new RegExp(`^Feature "sso" \\(${feature.id}\\) is still declared: it is left as it is\\.$`, "m"),
    );
    assert.match(
      stdout,
      new RegExp(`^ProductFeature ${attachment.id} .* is still declared: it is left as it is\\.$`, "m"),
    );
  });

  it("refuse to get what does not exist, and what was archived", async () => {
    const { provider, dashboard } = engine;
    const archived = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" }).id;
    dashboard.archiveFeature(archived);
    const product = dashboard.createProduct({ name: "Enterprise" }).id;
    const missing = [
      [`Feature feat_none`, provider.get("feat_none", form.feature({}))],
      [`Feature ${archived}`, provider.get(archived, form.feature({}))],
      [`ProductFeature prodft_none on ${product}`, provider.get("prodft_none", form.productFeature({ product }))],
    ] as const;
    for (const [subject, call] of missing) {
      const { message } = await refusal(call);
      assert.ok(message.startsWith(`${subject}: there is no such object in this account and mode\n`), message);
    }
  });
});

function stateOf({ emulator }: Engine) {
  return { active: true, livemode: false, account: emulator.sandbox.account } satisfies Props;
}

function pick(feature: ReturnType<Engine["dashboard"]["feature"]>) {
  return [feature?.lookup_key, feature?.name, feature?.metadata, feature?.active];
}
