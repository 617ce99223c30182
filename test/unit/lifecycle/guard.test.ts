import assert from "node:assert/strict";
import * as feature from "../../../provider/lifecycle/feature";
import type { Expected } from "../../../provider/lifecycle/guard";
import * as productFeature from "../../../provider/lifecycle/product-feature";
import { type Connected, type Stage, stage } from "../../support/connection";
import { entitlementsRejection } from "../../support/rejection";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };

/** Everything that could write, or take something for gone, with what the stack holds. */
async function callsOn({
  connection,
  dashboard,
}: Stage): Promise<Record<string, (with_: Connected) => Promise<unknown>>> {
  const { id, outs } = await feature.create(connection, sso);
  const product = dashboard.createProduct({ name: "Enterprise" }).id;
  const attached = await productFeature.create(connection, { product, entitlementFeature: id });
  return {
    "read a feature": (other) => feature.read(other, id, outs),
    "update a feature": (other) => feature.update(other, id, outs, { ...sso, name: "SSO" }),
    "delete a feature": (other) => feature.delete(other, id, outs),
    "read an attachment": (other) => productFeature.read(other, attached.id, attached.outs),
    "delete an attachment": (other) => productFeature.delete(other, attached.id, attached.outs),
  };
}

const everything = (set: Stage) => [
  set.dashboard.features(),
  set.dashboard.products().map(({ id }) => set.dashboard.productFeatures(id)),
];

const accounts = [{ id: "acct_ours" }, { id: "acct_other" }];
const otherKey = ({ emulator }: Stage) => emulator.environment({ account: "acct_other", livemode: false }).apiKey;
const calls = ["read a feature", "update a feature", "delete a feature", "read an attachment", "delete an attachment"];

describe("A key of another account", () => {
  for (const call of calls) {
    it(`cannot ${call}: nothing is changed, nothing is taken for gone, both accounts are named`, async () => {
      await using set = await stage({ accounts });
      const act = (await callsOn(set))[call];
      const before = everything(set);
      set.emulator.requests.clear();
      const connection = set.connect({ apiKey: otherKey(set) });
      assert(act !== undefined);
      const error = await entitlementsRejection(act(connection));
      assert.match(error.message, /belongs to account acct_other, but the stack's state says account acct_ours/);
      assert.match(error.hint ?? "", /^Nothing was changed\./);
      assert.deepEqual(everything(set), before);
      assert.deepEqual(set.requests, []);
      assert.deepEqual(connection.said, []);
    });
  }

  it("cannot create where the configuration names the account", async () => {
    await using set = await stage({ accounts });
    const connection = set.connect({ apiKey: otherKey(set), expected: { account: "acct_ours" } });
    const error = await entitlementsRejection(feature.create(connection, sso));
    assert.match(error.message, /belongs to account acct_other, but the configuration says account acct_ours/);
    assert.deepEqual(set.emulator.environment({ account: "acct_other", livemode: false }).dashboard.features(), []);
  });
});

describe("A key of the other mode", () => {
  for (const call of calls) {
    it(`cannot ${call}: not one request is made`, async () => {
      await using set = await stage();
      const act = (await callsOn(set))[call];
      const before = everything(set);
      set.emulator.requests.clear();
      const connection = set.connect({ apiKey: set.emulator.live.apiKey });
      assert(act !== undefined);
      const error = await entitlementsRejection(act(connection));
      assert.match(error.message, /belongs to live mode, but the stack's state says test mode/);
      assert.deepEqual(everything(set), before);
      assert.equal(set.emulator.requests.count(), 0);
      assert.deepEqual(connection.said, []);
    });

    it(`cannot ${call} where its prefix does not tell the mode`, async () => {
      await using set = await stage();
      const act = (await callsOn(set))[call];
      const before = everything(set);
      const connection = set.connect({ apiKey: set.emulator.live.apiKey, session: { keyMode: undefined } });
      assert(act !== undefined);
      const error = await entitlementsRejection(act(connection));
      assert.match(error.message, /the API key is of the other mode/);
      assert.deepEqual(everything(set), before);
      assert.deepEqual(connection.said, []);
    });
  }

  it("cannot create where the configuration names the mode", async () => {
    await using set = await stage();
    const connection = set.connect({ expected: { mode: "live" } });
    const error = await entitlementsRejection(feature.create(connection, sso));
    assert.match(error.message, /belongs to test mode, but the configuration says live mode/);
    assert.equal(set.emulator.requests.count(), 0);
  });
});

describe("The guard", () => {
  const withGuard = (set: Stage, expected: Expected) => set.connect({ expected });

  it("lets pass what is as the state and the configuration say", async () => {
    await using set = await stage({ accounts });
    const connection = withGuard(set, { account: "acct_ours", mode: "test" });
    const { id, outs } = await feature.create(connection, sso);
    assert.equal((await feature.read(connection, id, outs))?.id, id);
    await feature.delete(connection, id, outs);
    assert.equal(set.dashboard.feature(id)?.active, false);
  });

  it("says once that a restricted key may not tell its account, and goes on without", async () => {
    await using set = await stage();
    const apiKey = set.sandbox.restrictedKey({ entitlements: "write", products: "write" });
    const connection = set.connect({ apiKey });
    const keys = ["a", "b", "c"];
    const created = await Promise.all(keys.map((lookupKey) => feature.create(connection, { ...sso, lookupKey })));
    assert.equal(set.dashboard.features().length, 3);
    assert(created.every(({ outs }) => !("account" in outs)));
    assert.equal(connection.said.length, 1);
    assert.match(connection.said[0] ?? "", /may not read its account/);
    assert.equal(set.emulator.requests.count({ route: "/v1/account" }), 1);
  });

  it("changes nothing while the account cannot be asked for", async () => {
    await using set = await stage();
    set.emulator.faults.add({ kind: "status", status: 503, route: "/v1/account" });
    await entitlementsRejection(feature.create(set.connect({ maxRetries: 1 }), sso));
    assert.deepEqual(set.dashboard.features(), []);
    assert.deepEqual(set.requests, []);
  });
});
