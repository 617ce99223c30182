import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import { declareFeature } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { localContext, setup } from "../../../support/test-environment";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };

describe("Feature.read", () => {
  it("returns a feature as it was created, without a change", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    const found = await feature.read(env.createContext(), id, outs);
    assert.deepEqual(found, { id, props: outs, inputs: sso });
    assert.deepEqual(feature.diff(localContext(), "id", found.props, sso).changed, []);
  });

  it("returns metadata without the marker, and inputs without an empty map", async () => {
    await using env = await setup();
    const { metadata: _, ...bare } = sso;
    const { id, outs } = await feature.create(env.context, bare);
    const found = await feature.read(env.createContext(), id, outs);
    assert.deepEqual(found?.inputs, bare);
    assert.deepEqual(found?.props.metadata, {});
  });

  it("returns the name and the metadata that somebody changed by hand", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.dashboard.renameFeature(id, "Renamed");
    env.dashboard.setMetadata(id, { team: "access", added: "by hand", pulumi_owner: owner });
    const found = await feature.read(env.createContext(), id, outs);
    assert.equal(found?.inputs.name, "Renamed");
    assert.deepEqual(found?.inputs.metadata, { team: "access", added: "by hand" });
    assert.notDeepEqual(found && feature.diff(localContext(), "id", found.props, sso).changed, []);
  });

  it("returns inputs without an owner when somebody removed the marker by hand", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.dashboard.setMetadata(id, { team: "identity" });
    const found = await feature.read(env.createContext(), id, outs);
    assert.ok(found !== undefined && !("owner" in found.inputs));
    assert.deepEqual(found.props, { ...outs, marker: "" });
    assert.notDeepEqual(feature.diff(localContext(), "id", found.props, sso).changed, []);
  });

  it("treats a feature that was archived by hand as deleted, and logs why in one line", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.dashboard.archiveFeature(id);
    const context = env.createContext();
    assert.equal(await feature.read(context, id, outs), undefined);
    assert.equal(context.logged.length, 1);
    assert.match(
      context.logged[0] ?? "",
      /^Feature "sso" \(feat_\w+, lookup key "sso"\) was archived outside Pulumi, which is permanent/,
    );
    assert.ok(!context.logged[0]?.includes("\n"));
  });

  it("names the feature that has replaced an archived one, as a killed replacement leaves it", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    const replacement = await feature.create(env.context, { ...sso, lookupKey: "saml" });
    env.dashboard.archiveFeature(id);
    const context = env.createContext();
    assert.equal(await feature.read(context, id, outs), undefined);
    assert.deepEqual(context.logged, [
      `Feature "sso" (${id}, lookup key "sso") is archived. ${replacement.id}, lookup key "saml", carries the marker of ` +
        "this resource now.",
    ]);
  });

  it("treats a feature that does not exist as deleted, and names it in a line", async () => {
    await using env = await setup();
    const { outs } = await feature.create(env.context, sso);
    const context = env.createContext();
    assert.equal(await feature.read(context, "feat_none", outs), undefined);
    assert.match(context.logged[0] ?? "", /^Feature "sso" \(feat_none, lookup key "sso"\) no longer exists/);
  });

  it("sends one request for a single feature that no state holds", async () => {
    await using env = await setup();
    const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const found = await feature.read(env.context, id, {});
    assert.equal(found?.props.name, "Single sign-on");
    assert.deepEqual(env.requests, ["GET /v1/entitlements/features/:id"]);
    assert.equal(env.emulator.requests.count(), 1);
  });

  it("reads 1,000 features with 11 lists and one request for the account", async () => {
    await using env = await setup();
    const { account } = env.sandbox;
    const features = Array.from({ length: 1_000 }, (_, n) =>
      env.dashboard.createFeature({ lookupKey: `key-${n}`, name: `Feature ${n}` }),
    );
    const states = features.map(({ id, lookup_key, name }) => ({
      id,
      state: { lookupKey: lookup_key, name, metadata: {}, active: true, livemode: false, account },
    }));
    const found = await Promise.all(states.map(({ id, state }) => feature.read(env.context, id, state)));
    assert.ok(found.every((result, n) => result?.id === states[n]?.id));
    assert.deepEqual(env.requests, Array(11).fill("GET /v1/entitlements/features"));
    assert.equal(env.emulator.requests.count(), 12);
  });

  it("sends one more request for each feature that the list lacks", async () => {
    await using env = await setup();
    const created = await Promise.all(
      ["a", "b", "c"].map((lookupKey) => feature.create(env.context, { lookupKey, name: "F" })),
    );
    env.dashboard.archiveFeature(created[0]?.id ?? "");
    env.emulator.requests.clear();
    const context = env.createContext();
    const found = await Promise.all(created.map(({ id, outs }) => feature.read(context, id, outs)));
    assert.deepEqual(
      found.map((result) => result?.id),
      [undefined, created[1]?.id, created[2]?.id],
    );
    assert.deepEqual(env.requests, ["GET /v1/entitlements/features", "GET /v1/entitlements/features/:id"]);
  });

  for (const fault of [
    { kind: "status", status: 500 },
    { kind: "status", status: 429, code: "rate_limit" },
    { kind: "status", status: 403 },
    { kind: "status", status: 401 },
    { kind: "status", status: 400 },
    { kind: "drop" },
    { kind: "garbage", body: "<html>Sign in</html>" },
    { kind: "garbage", body: '{"data":[],"has_more":false}' },
  ] as const) {
    it(`does not treat a feature as deleted after ${JSON.stringify(fault)}`, async () => {
      await using env = await setup();
      const { id, outs } = await feature.create(env.context, sso);
      env.emulator.faults.add(fault);
      const context = env.createContext({ maxRetries: 1 });
      const error = await entitlementsRejection(feature.read(context, id, outs));
      assert.ok(error.message.startsWith(`Feature "sso" (${id}, lookup key "sso"): `), error.message);
      assert.doesNotMatch(context.logged.join(), /exist|archived/);
    });
  }

  it("keeps a feature that `get` has read before another stack adopts it", async () => {
    await using env = await setup();
    const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const got = await feature.read(env.createContext(), id, {});
    assert.ok(got !== undefined);
    await declareFeature(env.createContext(), { ...sso, owner: "shop/staging/sso", adopt: "unowned" });
    const context = env.createContext();
    const found = await feature.read(context, id, got.props);
    assert.equal(found?.props.marker, "shop/staging/sso");
    assert.deepEqual(context.logged, []);
  });

  it("treats a feature that another stack has adopted as deleted, and names the new owner", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, sso);
    await declareFeature(env.createContext(), { ...sso, owner: "shop/staging/sso", adopt: "any" });
    const context = env.createContext();
    assert.equal(await feature.read(context, id, outs), undefined);
    assert.deepEqual(context.logged, [
      `Feature "sso" (${id}, lookup key "sso") was taken over by shop/staging/sso, as its metadata says, ` +
        "and no longer belongs to this stack.",
    ]);
  });
});
