import assert from "node:assert/strict";
import { create, diff, read } from "../../../provider/lifecycle/feature/index";
import { entitlementsRejection } from "../../support/rejection";
import { localContext, setup } from "../../support/test-environment";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };

describe("Reading a feature", () => {
  it("finds it as it was created, and nothing to change", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    const found = await read(set.createContext(), id, outs);
    assert.deepEqual(found, { id, props: outs, inputs: sso });
    assert.equal(diff(localContext(), "id", found.props, sso).changes, false);
  });

  it("keeps the marker out of the metadata, and an empty map out of the inputs", async () => {
    await using set = await setup();
    const { metadata: _, ...bare } = sso;
    const { id, outs } = await create(set.context, bare);
    const found = await read(set.createContext(), id, outs);
    assert.deepEqual(found?.inputs, bare);
    assert.deepEqual(found?.props.metadata, {});
  });

  it("shows what was changed by hand, property by property", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.dashboard.renameFeature(id, "Renamed");
    set.dashboard.setMetadata(id, { team: "access", added: "by hand", pulumi_owner: owner });
    const found = await read(set.createContext(), id, outs);
    assert.equal(found?.inputs.name, "Renamed");
    assert.deepEqual(found?.inputs.metadata, { team: "access", added: "by hand" });
    assert.equal(found && diff(localContext(), "id", found.props, sso).changes, true);
  });

  it("shows that the marker was taken away by hand", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.dashboard.setMetadata(id, { team: "identity" });
    const found = await read(set.createContext(), id, outs);
    assert(found !== undefined && !("owner" in found.props));
    assert.equal(diff(localContext(), "id", found.props, sso).changes, true);
  });

  it("takes a feature that was archived by hand for gone, and says why in one line", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.dashboard.archiveFeature(id);
    const connection = set.createContext();
    assert.equal(await read(connection, id, outs), undefined);
    assert.equal(connection.logged.length, 1);
    assert.match(connection.logged[0] ?? "", /^Feature "sso" \(feat_\w+\) was archived outside Pulumi, which is final/);
    assert(!connection.logged[0]?.includes("\n"));
  });

  it("takes a feature that does not exist for gone, and names it", async () => {
    await using set = await setup();
    const { outs } = await create(set.context, sso);
    const connection = set.createContext();
    assert.equal(await read(connection, "feat_none", outs), undefined);
    assert.match(connection.logged[0] ?? "", /^Feature "sso" \(feat_none\) does not exist any more/);
  });

  it("takes one request for a lone feature that is not managed yet", async () => {
    await using set = await setup();
    const { id } = set.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const found = await read(set.context, id, {});
    assert.equal(found?.props.name, "Single sign-on");
    assert.deepEqual(set.requests, ["GET /v1/entitlements/features/:id"]);
    assert.equal(set.emulator.requests.count(), 1);
  });

  it("takes about 10 requests for 1,000 features", async () => {
    await using set = await setup();
    const { account } = set.sandbox;
    const features = Array.from({ length: 1_000 }, (_, n) =>
      set.dashboard.createFeature({ lookupKey: `key-${n}`, name: `Feature ${n}` }),
    );
    const states = features.map(({ id, lookup_key, name }) => ({
      id,
      state: { lookupKey: lookup_key, name, metadata: {}, active: true, livemode: false, account },
    }));
    const found = await Promise.all(states.map(({ id, state }) => read(set.context, id, state)));
    assert(found.every((result, n) => result?.id === states[n]?.id));
    assert.deepEqual(set.requests, Array(10).fill("GET /v1/entitlements/features"));
    assert.equal(set.emulator.requests.count(), 11);
  });

  it("costs one request more for each feature that is gone", async () => {
    await using set = await setup();
    const created = await Promise.all(
      ["a", "b", "c"].map((lookupKey) => create(set.context, { lookupKey, name: "F" })),
    );
    set.dashboard.archiveFeature(created[0]?.id ?? "");
    set.emulator.requests.clear();
    const connection = set.createContext();
    const found = await Promise.all(created.map(({ id, outs }) => read(connection, id, outs)));
    assert.deepEqual(
      found.map((result) => result?.id),
      [undefined, created[1]?.id, created[2]?.id],
    );
    assert.deepEqual(set.requests, ["GET /v1/entitlements/features", "GET /v1/entitlements/features/:id"]);
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
    it(`never takes ${JSON.stringify(fault)} for gone`, async () => {
      await using set = await setup();
      const { id, outs } = await create(set.context, sso);
      set.emulator.faults.add(fault);
      const connection = set.createContext({ maxRetries: 1 });
      const error = await entitlementsRejection(read(connection, id, outs));
      assert(error.message.includes('Feature "sso"'), error.message);
      assert.doesNotMatch(connection.logged.join(), /exist|archived/);
    });
  }
});
