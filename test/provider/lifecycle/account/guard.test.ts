import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { feature } from "../../../../provider/lifecycle/feature";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { entitlementsRejection } from "../../../support/rejection";
import { localContext, setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";
import { accounts, otherKey } from "../../../support/two-accounts";
import { callNames, callOn, callsOn, everything, sso } from "./calls";

/**
 * Creates features and attachments. Returns a refresh of all of them at once. Each must be
 * rejected.
 */
async function rejectedRefreshOf({ context, dashboard }: TestEnvironment) {
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

/** Returns a context whose restricted key cannot read its account. */
function restrictedContext(env: TestEnvironment, account: "acct_ours" | "acct_other" = "acct_ours") {
  const { emulator } = env;
  const apiKey = emulator
    .environment({ account, livemode: false })
    .restrictedKey({ entitlements: "write", products: "write" });
  return env.createContext({ apiKey });
}

describe("A key of another account", () => {
  for (const name of callNames) {
    it(`is rejected by ${name}, which changes and forgets nothing`, async () => {
      await using env = await setup({ accounts });
      const call = await callOn(env, name);
      const before = everything(env);
      env.emulator.requests.clear();
      const context = env.createContext({ apiKey: otherKey(env) });
      const error = await entitlementsRejection(call(context));
      assert.match(error.message, /belongs to account acct_other, but the stack's state says account acct_ours/);
      assert.match(error.hint ?? "", /^Nothing was changed\./);
      assert.equal(error.kind, "wrongAccount");
      assert.deepEqual(everything(env), before);
      assert.deepEqual(env.requests, []);
      assert.deepEqual(context.logged, []);
    });
  }

  it("is rejected with a hint at a restarted emulator, where the server is on this machine", async () => {
    await using env = await setup({ accounts });
    const call = await callOn(env, "Feature.read");
    const hintOf = async (isLocalServer: boolean) => {
      const context = env.createContext({ apiKey: otherKey(env), local: { isLocalServer } });
      return (await entitlementsRejection(call(context))).hint ?? "";
    };
    const hint = /^Nothing was changed\. If an emulator was restarted, start it with --account acct_ours, or keep/;
    assert.match(await hintOf(true), hint);
    assert.doesNotMatch(await hintOf(false), /emulator/);
  });

  it("is rejected by a refresh, which requests lists but no object by its id", async () => {
    await using env = await setup({ accounts });
    const refresh = await rejectedRefreshOf(env);
    env.emulator.requests.clear();
    for (const error of await refresh(env.createContext({ apiKey: otherKey(env) }))) {
      assert.match(error.message, /belongs to account acct_other, but the stack's state says account acct_ours/);
    }
    // The lists may be answered after the account.
    await sleep(60);
    const routes = new Set(env.emulator.requests.entries.map(({ route }) => route));
    assert.deepEqual([...routes].sort(), [
      "/v1/account",
      "/v1/entitlements/features",
      "/v1/products/:product/features",
    ]);
  });
});

describe("A key of the other mode", () => {
  for (const [resource, { check }] of [
    ["Feature", feature],
    ["ProductFeature", productFeature],
  ] as const) {
    it(`is rejected by ${resource}.check where a mode is configured`, () => {
      const checkWith = (keyMode: "test" | undefined) =>
        check(localContext({ expected: { mode: "live" }, keyMode }), { owner: undefined, olds: {}, news: {} });
      assert.throws(() => checkWith("test"), {
        name: "EntitlementsError",
        kind: "wrongMode",
        message: `${resource}: the API key belongs to test mode, but the configuration says live mode`,
      });
      assert.throws(() => checkWith(undefined), {
        name: "EntitlementsError",
        kind: "unverifiedAccount",
        message: `${resource}: cannot verify that the API key is of live mode`,
      });
    });
  }

  for (const name of callNames) {
    it(`is rejected by ${name}, which sends nothing`, async () => {
      await using env = await setup();
      const call = await callOn(env, name);
      const before = everything(env);
      env.emulator.requests.clear();
      const context = env.createContext({ apiKey: env.emulator.live.apiKey });
      const error = await entitlementsRejection(call(context));
      assert.match(error.message, /belongs to live mode, but the stack's state says test mode/);
      assert.equal(error.kind, "wrongMode");
      assert.deepEqual(everything(env), before);
      assert.equal(env.emulator.requests.count(), 0);
      assert.deepEqual(context.logged, []);
    });
  }

  it("is rejected by a refresh, which sends nothing", async () => {
    await using env = await setup();
    const refresh = await rejectedRefreshOf(env);
    env.emulator.requests.clear();
    for (const error of await refresh(env.createContext({ apiKey: env.emulator.live.apiKey }))) {
      assert.match(error.message, /belongs to live mode, but the stack's state says test mode/);
    }
    assert.equal(env.emulator.requests.count(), 0);
  });
});

describe("A key of the configured account and mode", () => {
  it("creates, reads and deletes", async () => {
    await using env = await setup({ accounts });
    const context = env.createContext({ local: { expected: { account: "acct_ours", mode: "test" } } });
    const { id, outs } = await feature.create(context, sso);
    assert.equal((await feature.read(context, id, outs))?.id, id);
    await feature.delete(context, id, outs);
    assert.equal(env.dashboard.feature(id)?.active, false);
  });
});

describe("The account in the state", () => {
  it("is kept when a restricted key that cannot read its account reads or updates", async () => {
    await using env = await setup({ accounts });
    const { id, outs } = await feature.create(env.context, sso);
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const attached = await productFeature.create(env.context, { product, entitlementFeature: id });
    const context = restrictedContext(env);
    const states = [
      (await feature.read(context, id, outs))?.props,
      (await productFeature.read(context, attached.id, attached.outs))?.props,
      await feature.update(context, id, outs, { ...sso, name: "SSO" }),
    ];
    assert.deepEqual(
      states.map((state) => state?.account),
      ["acct_ours", "acct_ours", "acct_ours"],
    );
  });

  it("is required before an object is treated as deleted, although the key tells its account", async () => {
    await using env = await setup({ accounts });
    const { id, outs } = await feature.create(restrictedContext(env), sso);
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const attached = await productFeature.create(restrictedContext(env), { product, entitlementFeature: id });
    assert.equal(outs.account, undefined);
    const before = everything(env);
    for (const call of [
      (other: TestContext) => feature.read(other, id, outs),
      (other: TestContext) => feature.update(other, id, outs, { ...sso, name: "SSO" }),
      (other: TestContext) => feature.delete(other, id, outs),
      (other: TestContext) => productFeature.read(other, attached.id, attached.outs),
      (other: TestContext) => productFeature.delete(other, attached.id, attached.outs),
    ]) {
      const error = await entitlementsRejection(call(env.createContext({ apiKey: otherKey(env) })));
      assert.match(error.message, /: Stripe returned 404, but it also does that for a key of another account/);
      assert.match(error.hint ?? "", /The key belongs to acct_other/);
      assert.equal(error.kind, "unverifiedAccount");
    }
    assert.deepEqual(everything(env), before);
  });

  it("is added by the next read when it is absent", async () => {
    await using env = await setup({ accounts });
    const { id, outs } = await feature.create(restrictedContext(env), sso);
    assert.equal(outs.account, undefined);
    assert.equal((await feature.read(env.context, id, outs))?.props.account, "acct_ours");
  });
});

describe("A restricted key that cannot read its account", () => {
  it("reads, updates and deletes the objects that it finds", async () => {
    await using env = await setup({ accounts });
    const calls = await callsOn(env);
    const inOrder = callNames.toSorted(
      (one, other) => Number(one === "Feature.delete") - Number(other === "Feature.delete"),
    );
    for (const name of inOrder) await calls[name]?.(restrictedContext(env));
    assert.equal(env.dashboard.features()[0]?.name, "SSO");
    assert.deepEqual(env.dashboard.features({ archived: false }), []);
    assert.deepEqual(env.dashboard.productFeatures(env.dashboard.products()[0]?.id ?? ""), []);
  });

  for (const name of callNames.filter((one) => one !== "Feature.update")) {
    it(`is rejected by ${name} when it does not find the feature`, async () => {
      await using env = await setup({ accounts });
      const call = await callOn(env, name);
      const before = everything(env);
      const error = await entitlementsRejection(call(restrictedContext(env, "acct_other")));
      assert.match(
        error.message,
        /: Stripe returned 404, but it also does that for a key of another account, so the object may still exist$/,
      );
      assert.match(error.hint ?? "", /^Nothing was changed\..*permission to read its account.*pulumi state delete/);
      assert.equal(error.kind, "unverifiedAccount");
      assert.deepEqual(everything(env), before);
    });
  }

  it("updates nothing of another account", async () => {
    await using env = await setup({ accounts });
    const update = await callOn(env, "Feature.update");
    const before = everything(env);
    await entitlementsRejection(update(restrictedContext(env, "acct_other")));
    assert.deepEqual(everything(env), before);
  });

  it("treats a detached attachment as deleted when it finds the feature", async () => {
    await using env = await setup({ accounts });
    const { id } = await feature.create(env.context, sso);
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const attached = await productFeature.create(env.context, { product, entitlementFeature: id });
    env.dashboard.detach(product, attached.id);
    assert.equal(await productFeature.read(restrictedContext(env), attached.id, attached.outs), undefined);
    await productFeature.delete(restrictedContext(env), attached.id, attached.outs);
  });
});
