import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { feature } from "../../../../provider/lifecycle/feature";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { ProgramActivity } from "../../../../provider/lifecycle/run/program-activity";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";
import { accounts, otherKey } from "../../../support/two-accounts";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };
const news = { lookupKey: "new", name: "New", owner: "shop/production/new" };

/**
 * Creates a feature and its attachment. Returns what the engine sends of each before it creates a
 * new resource.
 */
async function knownObjects({ context, dashboard }: TestEnvironment) {
  const { id, outs } = await feature.create(context, sso);
  const product = dashboard.createProduct({ name: "Team" }).id;
  const attached = await productFeature.create(context, { product, entitlementFeature: id });
  return {
    feature: (other: TestContext) => feature.diff(other, id, outs, sso),
    attachment: (other: TestContext) =>
      productFeature.diff(other, attached.id, attached.outs, { product, entitlementFeature: id }),
  };
}

const otherSandbox = ({ emulator }: TestEnvironment) =>
  emulator.environment({ account: "acct_other", livemode: false });

describe("AccountGuard.checkForCreate", () => {
  for (const what of ["feature", "attachment"] as const) {
    for (const when of ["before", "while"] as const) {
      it(`rejects another account than that of a ${what} seen ${when} the create runs`, async () => {
        await using env = await setup({ accounts });
        const show = (await knownObjects(env))[what];
        const context = env.createContext({ apiKey: otherKey(env) });
        if (when === "before") show(context);
        const created = entitlementsRejection(feature.create(context, news));
        if (when === "while") show(context);
        const error = await created;
        assert.match(
          error.message,
          /^Feature "new" \(lookup key "new"\): the API key belongs to account acct_other, but the stack's state says/,
        );
        assert.equal(error.kind, "wrongAccount");
        assert.deepEqual(otherSandbox(env).dashboard.features(), []);
      });

      it(`rejects another mode than that of a ${what} seen ${when} the create runs`, async () => {
        await using env = await setup({ accounts });
        const show = (await knownObjects(env))[what];
        const context = env.createContext({ apiKey: env.emulator.live.apiKey });
        const assertShown = () => assert.throws(() => show(context), /API key belongs to live mode/);
        if (when === "before") assertShown();
        const created = entitlementsRejection(feature.create(context, news));
        if (when === "while") assertShown();
        const error = await created;
        assert.match(
          error.message,
          /^Feature "new" \(lookup key "new"\): the API key belongs to live mode, but the stack/,
        );
        assert.equal(error.kind, "wrongMode");
        assert.deepEqual(env.emulator.live.dashboard.features(), []);
      });
    }

    it(`rejects a restricted key that does not find the feature of a known ${what}`, async () => {
      await using env = await setup({ accounts });
      const show = (await knownObjects(env))[what];
      const apiKey = otherSandbox(env).restrictedKey({ entitlements: "write", products: "write" });
      const context = env.createContext({ apiKey });
      show(context);
      const error = await entitlementsRejection(feature.create(context, news));
      assert.match(
        error.message,
        /^Feature "new" \(lookup key "new"\): the API key does not find feat_\w+, which is in the stack's state/,
      );
      assert.match(error.hint ?? "", /^Nothing was changed\..*permission to read its account/);
      assert.equal(error.kind, "wrongAccount");
      assert.deepEqual(otherSandbox(env).dashboard.features(), []);
    });
  }

  it("waits for the stack's objects when the engine sends a new resource before them", async () => {
    await using env = await setup({ accounts });
    const show = (await knownObjects(env)).feature;
    const { owner, ...declared } = news;
    const local = { programActivity: new ProgramActivity() };
    const context = env.createContext({ apiKey: otherKey(env), local });
    assert.deepEqual(feature.check(context, { owner, olds: {}, news: declared }).failures, []);
    const created = entitlementsRejection(feature.create(context, news));
    // The answer about the account has arrived long before this ends.
    await sleep(60);
    show(context);
    assert.match((await created).message, /^Feature "new" .* the stack's state says account acct_ours/);
    assert.deepEqual(otherSandbox(env).dashboard.features(), []);
  });

  it("costs a restricted key one request per run to show that it is the right one", async () => {
    await using env = await setup({ accounts });
    const show = (await knownObjects(env)).feature;
    const apiKey = env.sandbox.restrictedKey({ entitlements: "write", products: "write" });
    const context = env.createContext({ apiKey });
    show(context);
    env.emulator.requests.clear();
    await Promise.all(["a", "b", "c"].map((lookupKey) => feature.create(context, { ...sso, lookupKey })));
    assert.deepEqual(env.requests.toSorted(), [
      "GET /v1/entitlements/features/:id",
      ...Array(3).fill("POST /v1/entitlements/features"),
    ]);
  });

  it("rejects a key of unknown mode that does not find a feature of the stack", async () => {
    await using env = await setup({ accounts });
    const show = (await knownObjects(env)).feature;
    const context = env.createContext({ apiKey: env.emulator.live.apiKey, local: { keyMode: undefined } });
    show(context);
    const error = await entitlementsRejection(feature.create(context, news));
    assert.equal(error.kind, "wrongMode");
    assert.deepEqual(env.emulator.live.dashboard.features(), []);
  });

  it("accepts a key of the account and mode of the stack's other objects", async () => {
    await using env = await setup({ accounts });
    const known = await knownObjects(env);
    const context = env.createContext();
    known.feature(context);
    known.attachment(context);
    await feature.create(context, news);
    assert.equal(env.dashboard.features().length, 2);
  });

  it("rejects another account than the configured one", async () => {
    await using env = await setup({ accounts });
    const local = { expected: { account: "acct_ours" } };
    const context = env.createContext({ apiKey: otherKey(env), local });
    const error = await entitlementsRejection(feature.create(context, sso));
    assert.match(error.message, /belongs to account acct_other, but the configuration says account acct_ours/);
    assert.deepEqual(otherSandbox(env).dashboard.features(), []);
  });

  it("rejects another mode than the configured one, and sends nothing", async () => {
    await using env = await setup();
    const context = env.createContext({ local: { expected: { mode: "live" } } });
    const error = await entitlementsRejection(feature.create(context, sso));
    assert.match(error.message, /belongs to test mode, but the configuration says live mode/);
    assert.equal(env.emulator.requests.count(), 0);
  });

  it("changes nothing while the account cannot be read", async () => {
    await using env = await setup();
    env.emulator.faults.add({ kind: "status", status: 503, route: "/v1/account" });
    await entitlementsRejection(feature.create(env.createContext({ maxRetries: 1 }), sso));
    assert.deepEqual(env.dashboard.features(), []);
    assert.deepEqual(env.requests, []);
  });

  it("rejects a restricted key that cannot read its account where one is configured", async () => {
    await using env = await setup({ accounts });
    const apiKey = env.sandbox.restrictedKey({ entitlements: "write", products: "write" });
    const context = env.createContext({ apiKey, local: { expected: { account: "acct_ours" } } });
    const error = await entitlementsRejection(feature.create(context, sso));
    assert.match(error.message, /cannot verify that the API key belongs to acct_ours$/);
    assert.match(error.hint ?? "", /permission to read its account, or remove stripe-entitlements:account/);
    assert.equal(error.kind, "unverifiedAccount");
    assert.deepEqual(env.requests, []);
  });

  it("rejects a key of unknown mode where a mode is configured", async () => {
    await using env = await setup({ accounts });
    const context = env.createContext({ local: { keyMode: undefined, expected: { mode: "test" } } });
    const error = await entitlementsRejection(feature.create(context, sso));
    assert.match(error.message, /cannot verify that the API key is of test mode$/);
    assert.match(error.hint ?? "", /Use a key whose prefix does, or remove stripe-entitlements:mode/);
    assert.equal(error.kind, "unverifiedAccount");
    assert.deepEqual(env.requests, []);
  });

  it("logs once per run that a restricted key cannot read its account, and creates", async () => {
    await using env = await setup();
    const apiKey = env.sandbox.restrictedKey({ entitlements: "write", products: "write" });
    const context = env.createContext({ apiKey });
    const keys = ["a", "b", "c"];
    const created = await Promise.all(keys.map((lookupKey) => feature.create(context, { ...sso, lookupKey })));
    assert.equal(env.dashboard.features().length, 3);
    assert.ok(created.every(({ outs }) => !("account" in outs)));
    assert.equal(context.logged.length, 1);
    assert.match(context.logged[0] ?? "", /cannot read its account/);
    assert.equal(env.emulator.requests.count({ route: "/v1/account" }), 1);
  });
});

describe("The line about the account of new objects", () => {
  it("says once in a run where objects are created, and how to allow only that", async () => {
    await using env = await setup({ accounts });
    const { context, dashboard } = env;
    const features = await Promise.all(["a", "b"].map((lookupKey) => feature.create(context, { ...sso, lookupKey })));
    const product = dashboard.createProduct({ name: "Team" }).id;
    for (const { id } of features) await productFeature.create(context, { product, entitlementFeature: id });
    assert.deepEqual(context.announced, [
      "Creating in acct_ours, test mode. To allow only this account and mode, run `pulumi config set " +
        "stripe-entitlements:account acct_ours` and `pulumi config set stripe-entitlements:mode test`.",
    ]);
  });

  it("names live mode", async () => {
    await using env = await setup({ accounts });
    const context = env.createContext({ apiKey: env.emulator.live.apiKey });
    await feature.create(context, sso);
    assert.match(
      context.announced.join("\n"),
      /^Creating in acct_ours, live mode\. .* stripe-entitlements:mode live`\.$/,
    );
  });

  it("names only the mode where the key may not read its account", async () => {
    await using env = await setup({ accounts });
    const apiKey = env.sandbox.restrictedKey({ entitlements: "write", products: "write" });
    const context = env.createContext({ apiKey });
    await feature.create(context, sso);
    assert.deepEqual(context.announced, [
      "Creating in an account that the key may not read, test mode. To allow only this mode, run `pulumi config set " +
        "stripe-entitlements:mode test`.",
    ]);
  });

  it("names the mode of a key whose prefix does not tell it, and configures the account only", async () => {
    await using env = await setup({ accounts: [{ id: "acct_ours", apiKeys: { live: "sk_org_live0123456789" } }] });
    const context = env.createContext({ apiKey: "sk_org_live0123456789" });
    await feature.create(context, sso);
    assert.deepEqual(context.announced, [
      "Creating in acct_ours, live mode. To allow only this account, run `pulumi config set stripe-entitlements:account " +
        "acct_ours`.",
    ]);
  });

  it("names what is known of a key that tells neither account nor mode", async () => {
    await using env = await setup({ accounts });
    const apiKey = env.sandbox.restrictedKey({ entitlements: "write", products: "write" });
    const context = env.createContext({ apiKey, local: { keyMode: undefined } });
    await feature.create(context, sso);
    assert.deepEqual(context.announced, ["Creating in an account that the key may not read."]);
  });

  for (const expected of [{ account: "acct_ours" }, { mode: "test" }] as const) {
    it(`is absent where ${Object.keys(expected).join()} is configured`, async () => {
      await using env = await setup({ accounts });
      const context = env.createContext({ local: { expected } });
      await feature.create(context, sso);
      assert.deepEqual(context.announced, []);
    });
  }

  for (const what of ["feature", "attachment"] as const) {
    it(`is absent where the key was compared with a ${what} of the stack`, async () => {
      await using env = await setup({ accounts });
      const show = (await knownObjects(env))[what];
      const context = env.createContext();
      show(context);
      await feature.create(context, news);
      assert.deepEqual(context.announced, []);
    });
  }

  it("is absent where the key was rejected", async () => {
    await using env = await setup({ accounts });
    const show = (await knownObjects(env)).feature;
    const context = env.createContext({ apiKey: otherKey(env) });
    show(context);
    await entitlementsRejection(feature.create(context, news));
    assert.deepEqual(context.announced, []);
  });
});

describe("A state that mixes accounts or modes", () => {
  const named = { lookupKey: "old", name: "Old", owner: "shop/production/old" };
  const wayOut =
    /^Nothing was changed\. .*`pulumi state delete <urn>`.*`pulumi destroy --target <urn>` with a key of their/;

  for (const [what, kind, environment, ours, theirs] of [
    ["account", "wrongAccount", { account: "acct_other", livemode: false }, "account acct_ours", "account acct_other"],
    ["mode", "wrongMode", { account: "acct_ours", livemode: true }, "test mode", "live mode"],
  ] as const) {
    /**
     * Creates a resource in each of them. Returns both with the context of a new run with our key.
     */
    const mixed = async (env: TestEnvironment) => {
      const there = env.createContext({ apiKey: env.emulator.environment(environment).apiKey });
      const [one, other] = [await feature.create(env.context, sso), await feature.create(there, named)];
      return { one, other, context: env.createContext() };
    };

    it(`is an error of a create that names both ${what}s with their resources, and the way out`, async () => {
      await using env = await setup({ accounts });
      const { one, other, context } = await mixed(env);
      feature.diff(context, one.id, one.outs, sso);
      const showOther = () => feature.diff(context, other.id, other.outs, named);
      if (what === "mode") assert.throws(showOther, { kind });
      else showOther();
      const error = await entitlementsRejection(feature.create(context, news));
      assert.equal(error.kind, kind);
      assert.equal(
        error.message,
        `Feature "new" (lookup key "new"): the API key belongs to ${ours}, but the stack's state says ${theirs}. The state has both: ` +
          `Feature "sso" (${one.id}, lookup key "sso") in ${ours}, Feature "old" (${other.id}, lookup key "old") in ${theirs}`,
      );
      assert.match(error.hint ?? "", wayOut);
      assert.equal(env.dashboard.features().length, 1);
    });

    it(`is an error of a read that names both ${what}s with their resources, and the way out`, async () => {
      await using env = await setup({ accounts });
      const { one, other, context } = await mixed(env);
      await feature.read(context, one.id, one.outs);
      const error = await entitlementsRejection(feature.read(context, other.id, other.outs));
      assert.equal(error.kind, kind);
      assert.match(
        error.message,
        new RegExp(`The state has both: Feature "sso" .* in ${ours}, Feature "old" .* in ${theirs}$`),
      );
      assert.match(error.hint ?? "", wayOut);
    });

    it(`lets each resource be deleted with a key of its ${what}`, async () => {
      await using env = await setup({ accounts });
      const { one, other } = await mixed(env);
      await feature.delete(env.createContext(), one.id, one.outs);
      const { apiKey, dashboard } = env.emulator.environment(environment);
      await feature.delete(env.createContext({ apiKey }), other.id, other.outs);
      assert.equal(env.dashboard.feature(one.id)?.active, false);
      assert.equal(dashboard.feature(other.id)?.active, false);
    });
  }
});
