import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Expected } from "../../../provider/lifecycle/account/guard";
import * as feature from "../../../provider/lifecycle/feature/index";
import * as productFeature from "../../../provider/lifecycle/product-feature/index";
import { Run } from "../../../provider/lifecycle/run/run";
import { entitlementsRejection } from "../../support/rejection";
import { localContext, setup, type TestContext, type TestEnvironment } from "../../support/test-environment";
import { accounts, otherKey } from "../../support/two-accounts";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };

/** Everything that could write, or take something for gone, with what the stack holds. */
async function callsOn({
  context,
  dashboard,
}: TestEnvironment): Promise<Record<string, (with_: TestContext) => Promise<unknown>>> {
  const { id, outs } = await feature.create(context, sso);
  const product = dashboard.createProduct({ name: "Enterprise" }).id;
  const attached = await productFeature.create(context, { product, entitlementFeature: id });
  return {
    "read a feature": (other) => feature.read(other, id, outs),
    "update a feature": (other) => feature.update(other, id, outs, { ...sso, name: "SSO" }),
    "delete a feature": (other) => feature.delete(other, id, outs),
    "read an attachment": (other) => productFeature.read(other, attached.id, attached.outs),
    "delete an attachment": (other) => productFeature.delete(other, attached.id, attached.outs),
  };
}

/** Makes features and attachments, and gives what reads them all at once and is refused all of it. */
async function refreshOf({ context, dashboard }: TestEnvironment) {
  const product = dashboard.createProduct({ name: "Team" }).id;
  const features = await Promise.all(
    ["a", "b", "c"].map((lookupKey) => feature.create(context, { ...sso, lookupKey })),
  );
  const attached = await Promise.all(
    features.map(({ id }) => productFeature.create(context, { product, entitlementFeature: id })),
  );
  return (other: TestContext) =>
    Promise.all([
      ...features.map(({ id, outs }) => entitlementsRejection(feature.read(other, id, outs))),
      ...attached.map(({ id, outs }) => entitlementsRejection(productFeature.read(other, id, outs))),
    ]);
}

const everything = (set: TestEnvironment) => [
  set.dashboard.features(),
  set.dashboard.products().map(({ id }) => set.dashboard.productFeatures(id)),
];

const calls = ["read a feature", "update a feature", "delete a feature", "read an attachment", "delete an attachment"];

describe("A key of another account", () => {
  for (const call of calls) {
    it(`cannot ${call}: nothing is changed, nothing is taken for gone, both accounts are named`, async () => {
      await using set = await setup({ accounts });
      const act = (await callsOn(set))[call];
      const before = everything(set);
      set.emulator.requests.clear();
      const connection = set.createContext({ apiKey: otherKey(set) });
      assert(act !== undefined);
      const error = await entitlementsRejection(act(connection));
      assert.match(error.message, /belongs to account acct_other, but the stack's state says account acct_ours/);
      assert.match(error.hint ?? "", /^Nothing was changed\./);
      assert.deepEqual(everything(set), before);
      assert.deepEqual(set.requests, []);
      assert.deepEqual(connection.logged, []);
    });
  }

  it("cannot refresh what the stack has: the lists are on their way, but nothing is asked for by its id", async () => {
    await using set = await setup({ accounts });
    const refresh = await refreshOf(set);
    set.emulator.requests.clear();
    for (const error of await refresh(set.createContext({ apiKey: otherKey(set) }))) {
      assert.match(error.message, /belongs to account acct_other, but the stack's state says account acct_ours/);
    }
    // The answers to the lists may come after that about the account.
    await sleep(60);
    const routes = new Set(set.emulator.requests.entries.map(({ route }) => route));
    assert.deepEqual([...routes].sort(), [
      "/v1/account",
      "/v1/entitlements/features",
      "/v1/products/:product/features",
    ]);
  });

  it("cannot create a resource of which the engine tells before those that the stack has", async () => {
    await using set = await setup({ accounts });
    const { id, outs } = await feature.create(set.context, sso);
    const api = { lookupKey: "api", name: "API", owner: "shop/production/api" };
    const connection = set.createContext({ apiKey: otherKey(set), local: { run: new Run() } });
    assert.deepEqual(feature.check(connection, {}, api).failures, []);
    const created = entitlementsRejection(feature.create(connection, api));
    // The answer about the account is long there.
    await sleep(60);
    feature.diff(connection, id, outs, sso);
    assert.match((await created).message, /Feature "api": .* the stack's state says account acct_ours/);
    assert.deepEqual(set.emulator.environment({ account: "acct_other", livemode: false }).dashboard.features(), []);
  });

  it("cannot create where the configuration names the account", async () => {
    await using set = await setup({ accounts });
    const connection = set.createContext({ apiKey: otherKey(set), expected: { account: "acct_ours" } });
    const error = await entitlementsRejection(feature.create(connection, sso));
    assert.match(error.message, /belongs to account acct_other, but the configuration says account acct_ours/);
    assert.deepEqual(set.emulator.environment({ account: "acct_other", livemode: false }).dashboard.features(), []);
  });
});

describe("A key of the other mode", () => {
  for (const [resource, check] of [
    ["Feature", feature.check],
    ["ProductFeature", productFeature.check],
  ] as const) {
    it(`is refused at preview for a ${resource} where the configuration names the mode`, () => {
      const session = (keyMode: "test" | undefined) => localContext({ configuredMode: "live", keyMode });
      assert.throws(
        () => check(session("test"), {}, {}),
        new RegExp(
          `^EntitlementsError: ${resource}: the API key belongs to test mode, but the configuration says live`,
        ),
      );
      assert.throws(() => check(session(undefined), {}, {}), /of live mode cannot be checked/);
    });
  }

  for (const call of calls) {
    it(`cannot ${call}: not one request is made`, async () => {
      await using set = await setup();
      const act = (await callsOn(set))[call];
      const before = everything(set);
      set.emulator.requests.clear();
      const connection = set.createContext({ apiKey: set.emulator.live.apiKey });
      assert(act !== undefined);
      const error = await entitlementsRejection(act(connection));
      assert.match(error.message, /belongs to live mode, but the stack's state says test mode/);
      assert.deepEqual(everything(set), before);
      assert.equal(set.emulator.requests.count(), 0);
      assert.deepEqual(connection.logged, []);
    });

    it(`cannot ${call} where its prefix does not tell the mode`, async () => {
      await using set = await setup();
      const act = (await callsOn(set))[call];
      const before = everything(set);
      const connection = set.createContext({ apiKey: set.emulator.live.apiKey, local: { keyMode: undefined } });
      assert(act !== undefined);
      const error = await entitlementsRejection(act(connection));
      assert.match(error.message, /the API key is of the other mode/);
      assert.deepEqual(everything(set), before);
      assert.deepEqual(connection.logged, []);
    });
  }

  it("cannot refresh what the stack has: not one request is made", async () => {
    await using set = await setup();
    const refresh = await refreshOf(set);
    set.emulator.requests.clear();
    for (const error of await refresh(set.createContext({ apiKey: set.emulator.live.apiKey }))) {
      assert.match(error.message, /belongs to live mode, but the stack's state says test mode/);
    }
    assert.equal(set.emulator.requests.count(), 0);
  });

  it("cannot create where the configuration names the mode", async () => {
    await using set = await setup();
    const connection = set.createContext({ expected: { mode: "live" } });
    const error = await entitlementsRejection(feature.create(connection, sso));
    assert.match(error.message, /belongs to test mode, but the configuration says live mode/);
    assert.equal(set.emulator.requests.count(), 0);
  });
});

describe("The guard", () => {
  const withGuard = (set: TestEnvironment, expected: Expected) => set.createContext({ expected });

  it("lets pass what is as the state and the configuration say", async () => {
    await using set = await setup({ accounts });
    const connection = withGuard(set, { account: "acct_ours", mode: "test" });
    const { id, outs } = await feature.create(connection, sso);
    assert.equal((await feature.read(connection, id, outs))?.id, id);
    await feature.delete(connection, id, outs);
    assert.equal(set.dashboard.feature(id)?.active, false);
  });

  it("says once that a restricted key may not tell its account, and goes on without", async () => {
    await using set = await setup();
    const apiKey = set.sandbox.restrictedKey({ entitlements: "write", products: "write" });
    const connection = set.createContext({ apiKey });
    const keys = ["a", "b", "c"];
    const created = await Promise.all(keys.map((lookupKey) => feature.create(connection, { ...sso, lookupKey })));
    assert.equal(set.dashboard.features().length, 3);
    assert(created.every(({ outs }) => !("account" in outs)));
    assert.equal(connection.logged.length, 1);
    assert.match(connection.logged[0] ?? "", /may not read its account/);
    assert.equal(set.emulator.requests.count({ route: "/v1/account" }), 1);
  });

  it("changes nothing while the account cannot be asked for", async () => {
    await using set = await setup();
    set.emulator.faults.add({ kind: "status", status: 503, route: "/v1/account" });
    await entitlementsRejection(feature.create(set.createContext({ maxRetries: 1 }), sso));
    assert.deepEqual(set.dashboard.features(), []);
    assert.deepEqual(set.requests, []);
  });

  it("refuses a configured account that a restricted key may not tell, and a mode that the key's prefix does not", async () => {
    await using set = await setup({ accounts });
    const apiKey = set.sandbox.restrictedKey({ entitlements: "write", products: "write" });
    const unproven = set.createContext({ apiKey, expected: { account: "acct_ours" } });
    const noAccount = await entitlementsRejection(feature.create(unproven, sso));
    assert.match(noAccount.message, /that the API key belongs to acct_ours cannot be checked$/);
    assert.match(noAccount.hint ?? "", /permission to read its account, or take stripe-entitlements:account off/);
    const nameless = set.createContext({ local: { keyMode: undefined }, expected: { mode: "test" } });
    const noMode = await entitlementsRejection(feature.create(nameless, sso));
    assert.match(noMode.message, /that the API key is of test mode cannot be checked$/);
    assert.match(noMode.hint ?? "", /use one that does, or take stripe-entitlements:mode off/);
    assert.deepEqual(set.requests, []);
  });
});

describe("The account in the state", () => {
  const restrictedKey = (set: TestEnvironment) =>
    set.sandbox.restrictedKey({ entitlements: "write", products: "write" });

  it("stays when a key reads or updates that may not tell its account", async () => {
    await using set = await setup({ accounts });
    const { id, outs } = await feature.create(set.context, sso);
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const attached = await productFeature.create(set.context, { product, entitlementFeature: id });
    const connection = set.createContext({ apiKey: restrictedKey(set) });
    const states = [
      (await feature.read(connection, id, outs))?.props,
      (await productFeature.read(connection, attached.id, attached.outs))?.props,
      await feature.update(connection, id, outs, { ...sso, name: "SSO" }),
    ];
    assert.deepEqual(
      states.map((state) => state?.account),
      ["acct_ours", "acct_ours", "acct_ours"],
    );
  });

  it("has to be there before something is believed to be gone, whatever the key tells", async () => {
    await using set = await setup({ accounts });
    const { id, outs } = await feature.create(set.createContext({ apiKey: restrictedKey(set) }), sso);
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const pair = { product, entitlementFeature: id };
    const attached = await productFeature.create(set.createContext({ apiKey: restrictedKey(set) }), pair);
    assert.equal(outs.account, undefined);
    const before = everything(set);
    for (const act of [
      (other: TestContext) => feature.read(other, id, outs),
      (other: TestContext) => feature.update(other, id, outs, { ...sso, name: "SSO" }),
      (other: TestContext) => feature.delete(other, id, outs),
      (other: TestContext) => productFeature.read(other, attached.id, attached.outs),
      (other: TestContext) => productFeature.delete(other, attached.id, attached.outs),
    ]) {
      const error = await entitlementsRejection(act(set.createContext({ apiKey: otherKey(set) })));
      assert.match(error.message, /is also what a key of another account is told/);
      assert.match(error.hint ?? "", /the key belongs to acct_other/);
    }
    assert.deepEqual(everything(set), before);
    const found = await feature.read(set.context, id, outs);
    assert.equal(found?.props.account, "acct_ours");
  });
});

describe("A restricted key that may not read its account", () => {
  const restricted = (set: TestEnvironment, account = "acct_ours") =>
    set.createContext({
      apiKey: set.emulator
        .environment({ account, livemode: false })
        .restrictedKey({ entitlements: "write", products: "write" }),
    });

  it("reads, updates and deletes what it finds", async () => {
    await using set = await setup({ accounts });
    const act = await callsOn(set);
    const inOrder = calls.toSorted(
      (one, other) => Number(one === "delete a feature") - Number(other === "delete a feature"),
    );
    for (const call of inOrder) await act[call]?.(restricted(set));
    assert.equal(set.dashboard.features()[0]?.name, "SSO");
    assert.deepEqual(set.dashboard.features({ archived: false }), []);
    assert.deepEqual(set.dashboard.productFeatures(set.dashboard.products()[0]?.id ?? ""), []);
  });

  it("does not make believe that a feature is gone, nor an attachment whose feature it does not find", async () => {
    for (const call of calls.filter((one) => !one.startsWith("update"))) {
      await using set = await setup({ accounts });
      const act = (await callsOn(set))[call];
      assert(act !== undefined);
      const before = everything(set);
      const error = await entitlementsRejection(act(restricted(set, "acct_other")));
      assert.match(
        error.message,
        /Stripe does not find it, which is also what a key of another account is told$/,
        call,
      );
      assert.match(error.hint ?? "", /^Nothing was changed\..*permission to read its account.*pulumi state delete/);
      assert.deepEqual(everything(set), before);
    }
  });

  it("updates nothing of another account", async () => {
    await using set = await setup({ accounts });
    const act = (await callsOn(set))["update a feature"];
    assert(act !== undefined);
    const before = everything(set);
    await entitlementsRejection(act(restricted(set, "acct_other")));
    assert.deepEqual(everything(set), before);
  });

  it("proves by the feature that it finds that an attachment is gone", async () => {
    await using set = await setup({ accounts });
    const { id } = await feature.create(set.context, sso);
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const attached = await productFeature.create(set.context, { product, entitlementFeature: id });
    set.dashboard.detach(product, attached.id);
    assert.equal(await productFeature.read(restricted(set), attached.id, attached.outs), undefined);
    await productFeature.delete(restricted(set), attached.id, attached.outs);
  });
});
