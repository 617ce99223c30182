import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { declareFeature, declarePair } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";
import { assertAttached, assertDetached } from "./attachment";
import {
  createInStack,
  deletePair,
  kept,
  type Rows,
  refresh,
  refreshPair,
  ssoOf,
  takeOver,
  teamSsoOf,
  upPair,
} from "./two-stacks";

const [dev, staging] = ["shop/dev", "shop/staging"];

/** Creates both in `dev`, and takes both over to `staging`. Returns the state of `dev`. */
async function createAndLose(env: TestEnvironment, context?: TestContext): Promise<Rows> {
  const rows = await createInStack(env, dev, context);
  await takeOver(env, staging, rows);
  return rows;
}

async function assertLeftAlone(env: TestEnvironment, row: Rows["teamSso"], context = env.createContext()) {
  await deletePair(context, row);
  assertAttached(env, row.outs.product, row.id);
  assert.match(context.logged.join(), /belongs to shop\/staging\/sso now/);
}

/**
 * Deletes the attachment as the engine does before it replaces it by force: it compares nothing.
 */
function deleteFirst(env: TestEnvironment, row: Rows["teamSso"]): Promise<void> {
  const context = env.createContext();
  const { owner, ...news } = teamSsoOf(dev, row.outs);
  productFeature.check(context, { owner, olds: {}, news });
  return deletePair(context, row);
}

describe("ProductFeature that another stack took over with its feature", () => {
  it("is treated as deleted by a refresh, and then rejected by `up`", async () => {
    await using env = await setup();
    const rows = await createAndLose(env);
    const context = env.createContext();
    assert.deepEqual(await refresh(context, rows), { sso: undefined, teamSso: undefined });
    const again = declarePair(env.createContext(), teamSsoOf(dev, rows.teamSso.outs));
    assert.equal((await entitlementsRejection(again)).kind, "alreadyExists");
    assertAttached(env, rows.teamSso.outs.product, rows.teamSso.id);
  });

  it("is treated as deleted by a refresh that reads its feature just after it", async () => {
    await using env = await setup();
    const { sso, teamSso } = await createAndLose(env);
    const context = env.createContext();
    const reads = [refreshPair(context, teamSso), feature.read(context, sso.id, sso.outs)];
    assert.deepEqual(await Promise.all(reads), [undefined, undefined]);
  });

  for (const first of ["destroy", "up"] as const) {
    it(`is left alone by a delete without a refresh, ${first} first`, async () => {
      await using env = await setup();
      const { teamSso } = await createAndLose(env);
      const { row } =
        first === "up" ? await upPair(env.createContext(), teamSso, teamSsoOf(dev, teamSso.outs)) : { row: teamSso };
      await assertLeftAlone(env, row);
    });
  }

  it("is not deleted before a forced replacement without a refresh", async () => {
    await using env = await setup();
    const { teamSso } = await createAndLose(env);
    const error = await entitlementsRejection(deleteFirst(env, teamSso));
    assert.match(error.message, /not replaced, because .* shop\/staging\/sso$/);
    assertAttached(env, teamSso.outs.product, teamSso.id);
  });

  it("is not adopted by a forced replacement that was killed before", async () => {
    await using env = await setup();
    const rows = await createInStack(env, dev);
    await deleteFirst(env, rows.teamSso);
    await takeOver(env, staging, rows);
    const inputs = teamSsoOf(dev, rows.teamSso.outs);
    const again = declarePair(env.createContext(), inputs, { ...inputs });
    assert.equal((await entitlementsRejection(again)).kind, "alreadyExists");
    assertAttached(env, inputs.product, rows.teamSso.id);
  });

  it("is left alone by a delete when a refresh read it before its feature", async () => {
    await using env = await setup();
    const { teamSso } = await createAndLose(env);
    await assertLeftAlone(env, kept(await refreshPair(env.createContext(), teamSso)));
  });

  for (const order of ["before", "after"] as const) {
    it(`is left alone when read before its feature, and declared ${order} it`, async () => {
      await using env = await setup();
      const { teamSso } = await createAndLose(env);
      const context = env.createContext();
      let row = kept(await refreshPair(context, teamSso));
      const pair = async () => {
        row = (await upPair(context, row, teamSsoOf(dev, row.outs))).row;
      };
      const sso = () => entitlementsRejection(declareFeature(context, ssoOf(dev)));
      await Promise.all(order === "before" ? [pair(), sso()] : [sso(), pair()]);
      assert.equal(row.outs.featureOwner, undefined);
      await assertLeftAlone(env, row);
    });
  }

  it("is treated as deleted by the next refresh that reads its feature first", async () => {
    await using env = await setup();
    const rows = await createAndLose(env);
    const teamSso = kept(await refreshPair(env.createContext(), rows.teamSso));
    assert.equal((await refresh(env.createContext(), { ...rows, teamSso })).teamSso, undefined);
  });

  it("is left alone when the new owner removes its marker after a refresh", async () => {
    await using env = await setup();
    const { sso, teamSso } = await createAndLose(env);
    const refreshed = kept(await refreshPair(env.createContext(), teamSso));
    env.dashboard.setMetadata(sso.id, {});
    const again = kept(await refreshPair(env.createContext(), refreshed));
    assert.deepEqual(again, refreshed);
    await assertLeftAlone(env, again);
  });

  it("belongs to this stack again when this stack takes the feature back", async () => {
    await using env = await setup();
    const { sso, teamSso } = await createAndLose(env);
    const refreshed = kept(await refreshPair(env.createContext(), teamSso));
    const context = env.createContext();
    const back = await declareFeature(context, { ...ssoOf(dev), adopt: "any" });
    assert.equal(back.id, sso.id);
    const { row } = await upPair(context, refreshed, teamSsoOf(dev, teamSso.outs));
    assert.deepEqual(row, teamSso);
    await deletePair(env.createContext(), row);
    assertDetached(env, teamSso.outs.product);
  });

  it("belongs to a stack without markers again when it takes the feature back", async () => {
    await using env = await setup();
    const unmarked = () => env.createContext({ local: { ownership: "none" } });
    const { teamSso } = await createAndLose(env, unmarked());
    const refreshed = kept(await refreshPair(unmarked(), teamSso));
    assert.equal(refreshed.outs.newFeatureOwner, `${staging}/sso`);
    await assertLeftAlone(env, refreshed, unmarked());
    await declareFeature(unmarked(), { ...ssoOf(dev), adopt: "any" });
    assert.deepEqual(await refreshPair(unmarked(), refreshed), teamSso);
    await deletePair(unmarked(), refreshed);
    assertDetached(env, teamSso.outs.product);
  });

  it("is left alone where this stack adopted the feature and attached it by its id in one run", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const existing = env.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const context = env.createContext();
    const [sso, teamSso] = await Promise.all([
      declareFeature(context, { ...ssoOf(dev), adopt: "unowned" }),
      declarePair(context, teamSsoOf(dev, { product, entitlementFeature: existing.id })),
    ]);
    await takeOver(env, staging, { sso, teamSso });
    await assertLeftAlone(env, teamSso);
  });
});
