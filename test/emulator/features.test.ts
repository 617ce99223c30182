import assert from "node:assert/strict";
import { featuresPath, itKeepsRule, withEmulator } from "./support";

const sso = { lookup_key: "sso", name: "Single sign-on" };

describe("emulator /v1/entitlements/features", () => {
  itKeepsRule("featureShape", async ({ stripe, emulator }) => {
    const created = await stripe.post(featuresPath, { ...sso, metadata: { team: "identity" } });
    assert.equal(created.status, 200);
    assert.match(created.body.id, /^feat_test_\w{24}$/);
    const { id } = created.body;
    assert.deepEqual(created.body, {
      id,
      object: "entitlements.feature",
      active: true,
      livemode: false,
      lookup_key: "sso",
      metadata: { team: "identity" },
      name: "Single sign-on",
    });
    assert.deepEqual((await stripe.get(`${featuresPath}/${id}`)).body, created.body);
    assert.deepEqual(emulator.sandbox.dashboard.feature(id), created.body);
    const live = await stripe.post(featuresPath, sso, { key: emulator.live.apiKey });
    assert.match(live.body.id, /^feat_(?!test_)\w{24}$/);
    assert.equal(live.body["livemode"], true);
  });

  itKeepsRule("lookupKeyUnique", async ({ stripe, emulator }) => {
    const first = await stripe.post(featuresPath, sso);
    const second = await stripe.post(featuresPath, { ...sso, name: "Another" });
    assert.equal(second.status, 400);
    assert.equal(second.body.error.type, "invalid_request_error");
    assert.equal(second.body.error.param, "lookup_key");
    assert.match(second.body.error.message, new RegExp(first.body.id));
    assert.equal(emulator.sandbox.dashboard.features().length, 1);
  });

  itKeepsRule("lookupKeyFreed", async ({ stripe, emulator }) => {
    const { dashboard } = emulator.sandbox;
    const old = dashboard.createFeature({ lookupKey: "sso", name: "Old" });
    dashboard.archiveFeature(old.id);
    const created = await stripe.post(featuresPath, sso);
    assert.equal(created.status, 200);
    assert.notEqual(created.body.id, old.id);
    const again = await stripe.post(featuresPath, sso);
    assert.equal(again.status, 400);
  });

  itKeepsRule("lookupKeyFixed", async ({ stripe }) => {
    const { body } = await stripe.post(featuresPath, sso);
    const changed = await stripe.post(`${featuresPath}/${body.id}`, { lookup_key: "saml" });
    assert.equal(changed.status, 400);
    assert.equal(changed.body.error.code, "parameter_unknown");
  });

  itKeepsRule("archivedReadable", async ({ stripe }) => {
    const { body } = await stripe.post(featuresPath, sso);
    const archived = await stripe.post(`${featuresPath}/${body.id}`, { active: false });
    assert.equal(archived.status, 200);
    assert.deepEqual(archived.body, { ...body, active: false });
    assert.deepEqual((await stripe.get(`${featuresPath}/${body.id}`)).body, { ...body, active: false });
  });

  for (const edit of [{ name: "New name" }, { metadata: { a: "1" } }, { metadata: "" }]) {
    const [field] = Object.keys(edit);
    it(`refuses to change the ${field} of an archived feature (${JSON.stringify(edit)})`, () =>
      withEmulator(async ({ stripe, emulator }) => {
        const { dashboard } = emulator.sandbox;
        const { id } = dashboard.createFeature({ lookupKey: "sso", name: "Sign-on", metadata: { b: "2" } });
        const archived = dashboard.archiveFeature(id);
        const edited = await stripe.post(`${featuresPath}/${id}`, edit);
        assert.equal(edited.status, 400);
        assert.match(edited.body.error.message, new RegExp(`${id}.*archived`));
        assert.deepEqual(dashboard.feature(id), archived);
      }));
  }

  itKeepsRule("archivedNotEditable", async ({ stripe, emulator }) => {
    const { dashboard } = emulator.sandbox;
    const { id } = dashboard.createFeature({ lookupKey: "sso", name: "Sign-on" });
    dashboard.archiveFeature(id);
    assert.equal((await stripe.post(`${featuresPath}/${id}`, { name: "New" })).status, 400);
    assert.equal((await stripe.post(`${featuresPath}/${id}`, { name: "New", active: false })).status, 400);
    assert.equal(dashboard.feature(id)?.name, "Sign-on");
  });

  itKeepsRule("archivedForGood", async ({ stripe, emulator }) => {
    const { dashboard } = emulator.sandbox;
    const { id } = dashboard.createFeature({ lookupKey: "sso", name: "Sign-on" });
    assert.equal((await stripe.post(`${featuresPath}/${id}`, { active: true })).status, 200);
    dashboard.archiveFeature(id);
    const revived = await stripe.post(`${featuresPath}/${id}`, { active: true });
    assert.equal(revived.status, 400);
    assert.equal(revived.body.error.param, "active");
    assert.equal(dashboard.feature(id)?.active, false);
  });

  itKeepsRule("archivedTwice", async ({ stripe }) => {
    const { body } = await stripe.post(featuresPath, sso);
    assert.equal((await stripe.post(`${featuresPath}/${body.id}`, { active: false })).status, 200);
    const again = await stripe.post(`${featuresPath}/${body.id}`, { active: false });
    assert.equal(again.status, 400);
    assert.equal(again.body.error.param, "active");
  });

  itKeepsRule("featureNotDeletable", async ({ stripe }) => {
    const { body } = await stripe.post(featuresPath, sso);
    const deleted = await stripe.delete(`${featuresPath}/${body.id}`);
    assert.equal(deleted.status, 404);
    assert.match(deleted.body.error.message, /Unrecognized request URL/);
  });

  itKeepsRule("archivedFilter", async ({ stripe, emulator }) => {
    const { dashboard } = emulator.sandbox;
    const names = ["a", "b", "c", "d"];
    const [a, b, c, d] = names.map((key) => dashboard.createFeature({ lookupKey: key, name: key }).id);
    // Archived out of order: a list keeps the order of creation.
    for (const id of [c, a]) dashboard.archiveFeature(id ?? "");
    const ids = async (archived: boolean) =>
      (await stripe.get(featuresPath, { archived })).body.data.map((feature) => feature.id);
    assert.deepEqual(await ids(true), [c, a]);
    assert.deepEqual(await ids(false), [d, b]);
  });

  itKeepsRule("listWithoutArchived", async ({ stripe, emulator }) => {
    const { dashboard } = emulator.sandbox;
    const active = dashboard.createFeature({ lookupKey: "a", name: "A" });
    dashboard.archiveFeature(dashboard.createFeature({ lookupKey: "b", name: "B" }).id);
    assert.deepEqual((await stripe.get(featuresPath)).body.data, [active]);
  });

  itKeepsRule("lookupKeyFilter", async ({ stripe, emulator }) => {
    const { dashboard } = emulator.sandbox;
    dashboard.createFeature({ lookupKey: "other", name: "Other" });
    const old = dashboard.createFeature({ lookupKey: "sso", name: "Old" });
    const archived = dashboard.archiveFeature(old.id);
    const current = dashboard.createFeature({ lookupKey: "sso", name: "New" });
    const found = async (params: object) =>
      (await stripe.get(featuresPath, { lookup_key: "sso", ...params })).body.data;
    assert.deepEqual(await found({}), [current]);
    assert.deepEqual(await found({ archived: true }), [archived]);
    assert.deepEqual((await stripe.get(featuresPath, { lookup_key: "none" })).body.data, []);
  });

  it("applies an update completely or not at all", () =>
    withEmulator(async ({ stripe, emulator }) => {
      const { body } = await stripe.post(featuresPath, sso);
      const edited = await stripe.post(`${featuresPath}/${body.id}`, {
        name: "New",
        metadata: { ["k".repeat(41)]: "v" },
      });
      assert.equal(edited.status, 400);
      assert.equal(emulator.sandbox.dashboard.feature(body.id)?.name, "Single sign-on");
    }));
});
