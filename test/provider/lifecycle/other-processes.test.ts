import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { feature } from "../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../provider/lifecycle/feature/properties";
import type { FeatureState } from "../../../provider/lifecycle/feature/state";
import { productFeature } from "../../../provider/lifecycle/product-feature";
import { declareFeature, declarePair } from "../../support/declare";
import { TestEngine } from "../../support/provider-processes";
import { entitlementsRejection } from "../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../support/test-environment";
import { accounts, otherKey } from "../../support/two-accounts";
import { assertAttached } from "./product-feature/attachment";
import { createInStack, type Row, ssoOf, teamSsoOf } from "./product-feature/two-stacks";

const stack = "shop/production";
const sso = ssoOf(stack);
const renamed = { ...sso, owner: `${stack}/single-sign-on` };
/** Milliseconds. */
const latency = 200;

/** Starts two provider processes of one run, after a run that created a feature and attached it. */
async function start(env: TestEnvironment) {
  const old = await createInStack(env, stack);
  const pair = teamSsoOf(stack, old.teamSso.outs);
  const engine = new TestEngine(env);
  return { old, pair, engine, first: await engine.start(), second: await engine.start() };
}

/** Checks and compares a feature that the state holds. */
function keepFeature(context: TestContext, { id, outs }: Row<FeatureState>, declared: FeatureInputs = sso): void {
  const { owner, ...news } = declared;
  assert.deepEqual(feature.check(context, { owner, olds: { ...outs }, news }).failures, []);
  feature.diff(context, id, outs, declared);
}

const deleteSso = (context: TestContext, { id, outs }: Row<FeatureState>) => feature.delete(context, id, outs);

describe("Deleting what another provider process declares", () => {
  for (const [what, declared, pairOwner] of [
    ["under a new parent", sso, `${stack}/team-sso`],
    ["under a new name", renamed, `${stack}/team-single-sign-on`],
  ] as const) {
    it(`keeps a feature and its attachment that moved to another provider ${what}`, async () => {
      await using env = await setup();
      const { old, pair, engine, first, second } = await start(env);
      using _ = engine;
      const adopted = await declareFeature(second, declared);
      const attached = await declarePair(second, { ...pair, owner: pairOwner });
      assert.deepEqual([adopted.id, attached.id], [old.sso.id, old.teamSso.id]);
      await productFeature.delete(first, old.teamSso.id, old.teamSso.outs);
      await deleteSso(first, old.sso);
      assert.equal(env.dashboard.feature(old.sso.id)?.active, true);
      assert.equal(env.dashboard.feature(old.sso.id)?.metadata["pulumi_owner"], declared.owner);
      assertAttached(env, pair.product, old.teamSso.id);
      assert.equal(first.logged.length, 2);
      for (const line of first.logged) assert.match(line, /It is kept\.$/);
    });
  }

  it("keeps a feature that the other process has in its state", async () => {
    await using env = await setup();
    const { old, engine, first, second } = await start(env);
    using _ = engine;
    keepFeature(second, old.sso);
    await deleteSso(first, old.sso);
    assert.equal(env.dashboard.feature(old.sso.id)?.active, true);
  });

  it("fails where the other process declares the feature, but has not adopted it", async () => {
    await using env = await setup();
    const { old, engine, first, second } = await start(env);
    using _ = engine;
    const { owner, ...news } = renamed;
    feature.check(second, { owner, olds: {}, news });
    const error = await entitlementsRejection(deleteSso(first, old.sso));
    assert.equal(error.kind, "notDeleted");
    assert.match(error.message, /because shop\/production\/single-sign-on declares it too and did not adopt it$/);
    assert.equal(env.dashboard.feature(old.sso.id)?.active, true);
  });

  it("fails after a failure in the other process, which the error names", async () => {
    await using env = await setup();
    const { old, engine, first, second } = await start(env);
    using _ = engine;
    assert.equal(
      feature.check(second, { owner: `${stack}/audit`, olds: {}, news: { name: "Audit" } }).failures.length,
      1,
    );
    for (const rejected of [
      () => productFeature.delete(first, old.teamSso.id, old.teamSso.outs),
      () => deleteSso(first, old.sso),
    ]) {
      const error = await entitlementsRejection(rejected());
      assert.equal(error.kind, "notDeleted");
      assert.match(error.message, /: not deleted, because Feature "audit" failed in this run$/);
    }
    assertAttached(env, old.teamSso.outs.product, old.teamSso.id);
  });

  it("archives a feature whose lookup key another process declares in another account", async () => {
    await using env = await setup({ accounts });
    const old = await declareFeature(env.createContext(), sso);
    for (const isCreated of [true, false]) {
      using engine = new TestEngine(env);
      const local = { expected: { account: "acct_other" } };
      const [ours, theirs] = [await engine.start(), await engine.start({ apiKey: otherKey(env), local })];
      if (isCreated) await declareFeature(theirs, sso);
      else feature.check(theirs, { owner: sso.owner, olds: {}, news: { lookupKey: "sso", name: "SSO" } });
      await deleteSso(ours, old);
      assert.equal(env.dashboard.feature(old.id)?.active, false);
      assert.deepEqual(ours.logged, []);
    }
  });

  it("archives a feature whose lookup key another process declares in the other mode", async () => {
    await using env = await setup();
    const old = await declareFeature(env.createContext(), sso);
    using engine = new TestEngine(env);
    const [ours, theirs] = [await engine.start(), await engine.start({ apiKey: env.emulator.live.apiKey })];
    feature.check(theirs, { owner: sso.owner, olds: {}, news: { lookupKey: "sso", name: "SSO" } });
    await deleteSso(ours, old);
    assert.equal(env.dashboard.feature(old.id)?.active, false);
  });

  it("archives what another engine's process declares", async () => {
    await using env = await setup();
    const old = await declareFeature(env.createContext(), sso);
    using one = new TestEngine(env);
    using other = new TestEngine(env);
    const [ours, theirs] = [await one.start(), await other.start()];
    keepFeature(theirs, old);
    await deleteSso(ours, old);
    assert.equal(env.dashboard.feature(old.id)?.active, false);
  });

  it("archives after detaches of another process that came after the scan of the products", async () => {
    await using env = await setup();
    const { old, engine, first, second } = await start(env);
    using _ = engine;
    const audit = await declareFeature(env.createContext(), {
      lookupKey: "audit",
      name: "Audit",
      owner: `${stack}/audit`,
    });
    await feature.delete(first, audit.id, audit.outs);
    await productFeature.delete(second, old.teamSso.id, old.teamSso.outs);
    await deleteSso(first, old.sso);
    assert.equal(env.dashboard.feature(old.sso.id)?.active, false);
  });

  it("archives after a detach of another process that is in flight", async () => {
    await using env = await setup();
    const { old, engine, first, second } = await start(env);
    using _ = engine;
    env.emulator.faults.add({ kind: "latency", ms: 3 * latency, method: "DELETE" });
    const detached = productFeature.delete(second, old.teamSso.id, old.teamSso.outs);
    await Promise.all([detached, deleteSso(first, old.sso)]);
    assert.equal(env.dashboard.feature(old.sso.id)?.active, false);
  });
});

describe("Creating what another provider process declares", () => {
  for (const adopt of ["owned", "any"] as const) {
    it(`rejects a feature that the other process has, with adopt: ${adopt}`, async () => {
      await using env = await setup();
      const { old, engine, first, second } = await start(env);
      using _ = engine;
      keepFeature(first, old.sso);
      const error = await entitlementsRejection(declareFeature(second, { ...renamed, adopt }));
      assert.match(error.message, /because shop\/production\/sso of another provider declares it too$/);
      assert.equal(env.dashboard.feature(old.sso.id)?.metadata["pulumi_owner"], sso.owner);
    });
  }

  it("rejects an attachment that the other process has", async () => {
    await using env = await setup();
    const { old, pair, engine, first, second } = await start(env);
    using _ = engine;
    const { owner, ...news } = pair;
    productFeature.check(first, { owner, olds: { ...old.teamSso.outs }, news });
    productFeature.diff(first, old.teamSso.id, old.teamSso.outs, pair);
    const error = await entitlementsRejection(declarePair(second, { ...pair, owner: `${stack}/other` }));
    assert.match(error.message, /because shop\/production\/team-sso of another provider declares it too$/);
  });

  for (const [what, exists, owners] of [
    ["a new feature", false, [`${stack}/one`, `${stack}/two`]],
    ["an existing feature", true, [`${stack}/one`, `${stack}/two`]],
    ["a feature without markers", false, [undefined, undefined]],
  ] as const) {
    it(`lets one of two processes at most have ${what} that both declare`, async () => {
      await using env = await setup();
      if (exists) env.dashboard.createFeature({ lookupKey: "sso", name: "By hand" });
      using engine = new TestEngine(env);
      const contexts = [await engine.start(), await engine.start()];
      const declared = { lookupKey: "sso", name: "SSO", adopt: "any" } as const;
      const results = await Promise.allSettled(
        contexts.map((context, index) => {
          const owner = owners[index];
          return declareFeature(context, { ...declared, ...(owner !== undefined && { owner }) });
        }),
      );
      assert.ok(results.filter(({ status }) => status === "fulfilled").length <= 1);
      assert.equal(env.dashboard.features({ archived: false }).length, 1);
    });
  }

  it("creates the same lookup key in two accounts at the same time", async () => {
    await using env = await setup({ accounts });
    using engine = new TestEngine(env);
    const contexts = [await engine.start(), await engine.start({ apiKey: otherKey(env) })];
    const created = await Promise.all(contexts.map((context) => declareFeature(context, sso)));
    assert.equal(new Set(created.map(({ id }) => id)).size, 2);
  });

  it("adopts a feature whose resource in the other process declares another lookup key", async () => {
    await using env = await setup();
    const { old, engine, first, second } = await start(env);
    using _ = engine;
    keepFeature(first, old.sso, { ...sso, lookupKey: "saml" });
    assert.equal((await declareFeature(second, renamed)).id, old.sso.id);
    await deleteSso(first, old.sso);
    assert.equal(env.dashboard.feature(old.sso.id)?.active, true);
  });

  it("adopts an attachment whose resource in the other process declares another pair", async () => {
    await using env = await setup();
    const { old, pair, engine, first, second } = await start(env);
    using _ = engine;
    env.dashboard.setMetadata(old.sso.id, { pulumi_owner: "" });
    const product = env.dashboard.createProduct({ name: "Other" }).id;
    productFeature.diff(first, old.teamSso.id, old.teamSso.outs, { ...pair, product });
    assert.equal((await declarePair(second, { ...pair, owner: `${stack}/other` })).id, old.teamSso.id);
    await productFeature.delete(first, old.teamSso.id, old.teamSso.outs);
    assertAttached(env, pair.product, old.teamSso.id);
  });

  it("waits for an archive that is in flight in the other process", async () => {
    await using env = await setup();
    const old = await declareFeature(env.createContext(), sso);
    using engine = new TestEngine(env);
    const [first, second] = [await engine.start(), await engine.start()];
    env.emulator.faults.add({ kind: "latency", ms: latency, method: "POST", route: "/v1/entitlements/features/:id" });
    const deleted = deleteSso(first, old);
    await sleep(latency / 2);
    const { id } = await declareFeature(second, renamed);
    await deleted;
    assert.equal(env.dashboard.feature(old.id)?.active, false);
    assert.equal(env.dashboard.feature(id)?.active, true);
  });

  it("waits for a detach that is in flight in the other process", async () => {
    await using env = await setup();
    const { old, pair, engine, first, second } = await start(env);
    using _ = engine;
    env.emulator.faults.add({ kind: "latency", ms: latency, method: "DELETE" });
    const deleted = productFeature.delete(first, old.teamSso.id, old.teamSso.outs);
    await sleep(latency / 2);
    const { id } = await declarePair(second, { ...pair, owner: `${stack}/other` });
    await deleted;
    assertAttached(env, pair.product, id);
  });
});

describe("Deleting before a replacement that another process creates", () => {
  /** Declares another lookup key, which belongs to another stack, in the second process. */
  async function startReplacement(env: TestEnvironment) {
    const started = await start(env);
    env.dashboard.createFeature({ lookupKey: "saml", name: "SAML", metadata: { pulumi_owner: "other/dev/saml" } });
    keepFeature(started.second, started.old.sso, { ...sso, lookupKey: "saml" });
    return started;
  }

  it("archives nothing while the replacement cannot be created", async () => {
    await using env = await setup();
    const { old, engine, first } = await startReplacement(env);
    using _ = engine;
    const error = await entitlementsRejection(deleteSso(first, old.sso));
    assert.equal(error.kind, "notDeleted");
    assert.match(
      error.message,
      /: not archived, because the feature with the new lookup key "saml" could not be created/,
    );
    assert.equal(env.dashboard.feature(old.sso.id)?.active, true);
  });

  it("detaches nothing while the replacement cannot be created", async () => {
    await using env = await setup();
    const { old, pair, engine, first } = await startReplacement(env);
    using _ = engine;
    const error = await entitlementsRejection(productFeature.delete(first, old.teamSso.id, old.teamSso.outs));
    assert.match(error.message, /: not detached, because the feature with the new lookup key "saml"/);
    assertAttached(env, pair.product, old.teamSso.id);
  });
});

describe("An attachment of a feature that another process declares", () => {
  it("is recorded as one of a feature of this stack", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const { id: entitlementFeature } = env.dashboard.createFeature({ lookupKey: "sso", name: "By hand" });
    using engine = new TestEngine(env);
    const [first, second] = [await engine.start(), await engine.start()];
    feature.check(first, { owner: sso.owner, olds: {}, news: { lookupKey: "sso", name: "SSO", adopt: "any" } });
    const { outs } = await declarePair(second, { product, entitlementFeature, owner: `${stack}/team-sso` });
    assert.equal(outs.featureOwner, undefined);
  });

  it("is adopted where the other process has just written the marker", async () => {
    await using env = await setup();
    const { dashboard } = env;
    const product = dashboard.createProduct({ name: "Team" }).id;
    const [one, two] = ["one", "two"].map((lookupKey) => dashboard.createFeature({ lookupKey, name: lookupKey }).id);
    assert.ok(one !== undefined && two !== undefined);
    for (const entitlementFeature of [one, two])
      await declarePair(env.createContext(), { product, entitlementFeature });
    using engine = new TestEngine(env);
    const [first, second] = [await engine.start(), await engine.start()];
    await declarePair(second, { product, entitlementFeature: one, owner: `${stack}/one`, adopt: "any" });
    await declareFeature(first, { lookupKey: "two", name: "Two", owner: `${stack}/two`, adopt: "any" });
    await declarePair(second, { product, entitlementFeature: two, owner: `${stack}/team-two` });
    assert.equal(dashboard.productFeatures(product).length, 2);
  });
});
