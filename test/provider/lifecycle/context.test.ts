import assert from "node:assert/strict";
import { feature } from "../../../provider/lifecycle/feature";
import { productFeature } from "../../../provider/lifecycle/product-feature";
import { declareFeature, declarePair } from "../../support/declare";
import { entitlementsRejection } from "../../support/rejection";
import { setup, type TestContext } from "../../support/test-environment";
import { accounts, otherKey } from "../../support/two-accounts";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on" };
const lists = { method: "GET", route: "/v1/entitlements/features" };

const check = (context: TestContext, by: string, news: Readonly<Record<string, unknown>> = sso) =>
  feature.check(context, { owner: by, olds: {}, news });

describe("Two contexts in one process", () => {
  it("record declarations independently: the same lookup key is no duplicate", async () => {
    await using env = await setup();
    assert.deepEqual(check(env.context, owner).failures, []);
    assert.deepEqual(check(env.createContext(), "shop/production/other").failures, []);
    assert.equal(check(env.context, "shop/production/other").failures.length, 1);
  });

  it("delete independently: a feature is kept only by the context that declares it", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, { ...sso, owner });
    await feature.delete(env.context, id, outs);
    assert.equal(env.dashboard.feature(id)?.active, true);
    await feature.delete(env.createContext(), id, outs);
    assert.equal(env.dashboard.feature(id)?.active, false);
  });

  it("know accounts independently: a create is compared with the objects of its context", async () => {
    await using env = await setup({ accounts });
    const { id, outs } = await declareFeature(env.context, { ...sso, owner });
    const [first, second] = [1, 2].map(() => env.createContext({ apiKey: otherKey(env) }));
    assert.ok(first !== undefined && second !== undefined);
    feature.diff(first, id, outs, { ...sso, owner });
    const error = await entitlementsRejection(declareFeature(first, { ...sso, lookupKey: "audit", owner }));
    assert.equal(error.kind, "wrongAccount");
    const other = env.emulator.environment({ account: "acct_other", livemode: false }).dashboard;
    assert.deepEqual(other.features(), []);
    const created = await declareFeature(second, { ...sso, lookupKey: "audit", owner });
    assert.deepEqual(
      other.features().map((one) => one.id),
      [created.id],
    );
  });

  it("record failures independently: only the context with a failure deletes nothing", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, { ...sso, owner });
    const [failed, other] = [env.createContext(), env.createContext()];
    assert.equal(check(failed, "shop/production/other", { name: "Audit log" }).failures.length, 1);
    const error = await entitlementsRejection(feature.delete(failed, id, outs));
    assert.equal(error.kind, "notDeleted");
    assert.match(error.message, /: not deleted, because Feature "other" failed in this run$/);
    assert.equal(env.dashboard.feature(id)?.active, true);
    await feature.delete(other, id, outs);
    assert.equal(env.dashboard.feature(id)?.active, false);
  });

  it("mark features independently: a stale owner is found by the context that manages it", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "By hand" });
    const { id: pair, outs } = await declarePair(env.context, { product, entitlementFeature: id, owner });
    assert.equal(outs.featureOwner, "");
    const [managing, other] = [env.createContext(), env.createContext()];
    await declareFeature(managing, { ...sso, owner, adopt: "any" });
    const news = { product, entitlementFeature: id, owner };
    assert.notDeepEqual(productFeature.diff(managing, pair, outs, news).changed, []);
    assert.deepEqual(productFeature.diff(other, pair, outs, news).changed, []);
  });

  it("log independently: each context logs a notice once", async () => {
    await using env = await setup();
    const { apiKey, dashboard } = env.emulator.live;
    const product = dashboard.createProduct({ name: "Team" }).id;
    const contexts = [env.createContext({ apiKey }), env.createContext({ apiKey })];
    for (const [n, context] of contexts.entries()) {
      for (const lookupKey of [`first-${n}`, `second-${n}`]) {
        const { id } = await declareFeature(context, { ...sso, lookupKey });
        await declarePair(context, { product, entitlementFeature: id });
      }
    }
    assert.deepEqual(
      contexts.map(({ logged }) => logged.length),
      [1, 1],
    );
  });

  it("cache lists independently: each reads the values that Stripe has", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, { ...sso, owner });
    const [first, second] = [env.createContext(), env.createContext()];
    const names = async (context: TestContext) => {
      const found = await Promise.all([1, 2].map(() => feature.read(context, id, outs)));
      return found.map((result) => result?.props.name);
    };
    env.emulator.requests.clear();
    assert.deepEqual(await names(first), [sso.name, sso.name]);
    env.dashboard.renameFeature(id, "Renamed");
    assert.deepEqual(await names(second), ["Renamed", "Renamed"]);
    assert.equal(env.emulator.requests.count(lists), 2);
    assert.equal(env.emulator.requests.count({ route: "/v1/account" }), 2);
  });
});

describe("A call with its own log", () => {
  it("logs to it, and not to the log of the context", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, { ...sso, owner });
    env.dashboard.archiveFeature(id);
    const context = env.createContext();
    const logged: string[] = [];
    const found = await feature.read({ ...context, log: (line) => void logged.push(line) }, id, outs);
    assert.equal(found, undefined);
    assert.equal(logged.length, 1);
    assert.match(logged[0] ?? "", /^Feature "sso" \(feat_\w+, lookup key "sso"\) was archived outside Pulumi/);
    assert.deepEqual(context.logged, []);
  });

  it("shares the records of the context: a notice is logged once, by the context", async () => {
    await using env = await setup();
    const { apiKey, dashboard } = env.emulator.live;
    const product = dashboard.createProduct({ name: "Team" }).id;
    const shared = env.createContext({ apiKey });
    const logged: string[] = [];
    for (const name of ["first", "second"]) {
      const context = { ...shared, log: (line: string) => void logged.push(`${name}: ${line}`) };
      const { id } = await declareFeature(context, { ...sso, lookupKey: name });
      await declarePair(context, { product, entitlementFeature: id });
    }
    assert.deepEqual(logged, []);
    assert.equal(shared.logged.length, 1);
    assert.match(shared.logged[0] ?? "", /^Note: /);
  });

  it("shares the declarations and the failures of the context", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, { ...sso, owner });
    const context = env.createContext();
    const copy = { ...context, log: () => undefined };
    assert.equal(feature.check(copy, { owner, olds: {}, news: { name: "No lookup key" } }).failures.length, 1);
    assert.equal((await entitlementsRejection(feature.delete(context, id, outs))).kind, "notDeleted");
    assert.deepEqual(feature.check(copy, { owner, olds: {}, news: sso }).failures, []);
    assert.equal(check(context, "shop/production/other").failures.length, 1);
  });
});
