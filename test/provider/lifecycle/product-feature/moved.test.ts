import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { ProgramActivity } from "../../../../provider/lifecycle/run/program-activity";
import { declarePair } from "../../../support/declare";
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
  upFeature,
  upPair,
} from "./two-stacks";

const [dev, staging, other] = ["shop/dev", "shop/staging", "shop/other"];
const firstCommands = ["up", "refresh"] as const;

const withoutMarkers = (env: TestEnvironment) => env.createContext({ local: { ownership: "none" } });

/** Runs the stack's program with the feature and the attachment. */
async function upBoth(context: TestContext, { sso, teamSso }: Rows, stack: string): Promise<Rows> {
  const updated = await upFeature(context, sso, ssoOf(stack));
  return { sso: updated, teamSso: (await upPair(context, teamSso, teamSsoOf(stack, teamSso.outs))).row };
}

/**
 * Moves the feature alone to `staging`, whose `up` writes its marker. Returns the state of `dev`.
 */
async function moveFeature(env: TestEnvironment): Promise<Rows> {
  const rows = await createInStack(env, dev);
  return { ...rows, sso: await upFeature(env.createContext(), rows.sso, ssoOf(staging)) };
}

describe("ProductFeature that `pulumi state move` moved with its feature", () => {
  for (const first of firstCommands) {
    it(`belongs to the new stack after ${first}, and is detached with it`, async () => {
      await using env = await setup();
      const moved = await createInStack(env, dev);
      if (first === "refresh") {
        const { sso, teamSso } = await refresh(env.createContext(), moved);
        assert.deepEqual([sso?.outs, teamSso?.outs], [moved.sso.outs, moved.teamSso.outs]);
      }
      const { sso, teamSso } = await upBoth(env.createContext(), moved, staging);
      assert.deepEqual(teamSso.outs, { ...moved.teamSso.outs, owner: `${staging}/team-sso` });
      assert.deepEqual(await refresh(env.createContext(), { sso, teamSso }), { sso, teamSso });
      await deletePair(env.createContext(), teamSso);
      assertDetached(env, teamSso.outs.product);
    });
  }

  it("belongs to the new stack when the engine sends it before its feature", async () => {
    await using env = await setup();
    const moved = await createInStack(env, dev);
    const context = env.createContext({ local: { programActivity: new ProgramActivity() } });
    const updated = upPair(context, moved.teamSso, teamSsoOf(staging, moved.teamSso.outs));
    await sleep(20);
    const sso = await upFeature(context, moved.sso, ssoOf(staging));
    const teamSso = (await updated).row;
    await takeOver(env, other, { sso, teamSso });
    await deletePair(env.createContext(), teamSso);
    assertAttached(env, teamSso.outs.product, teamSso.id);
  });

  it("stays with a third stack that takes both over before the first refresh", async () => {
    await using env = await setup();
    const moved = await createInStack(env, dev);
    await takeOver(env, other, moved);
    const lost = await refresh(env.createContext(), moved);
    assert.deepEqual(lost, { sso: undefined, teamSso: undefined });
  });
});

describe("ProductFeature that `pulumi state move` moved without its feature", () => {
  for (const first of firstCommands) {
    it(`stays in the new stack after ${first}, and is detached with it`, async () => {
      await using env = await setup();
      const { teamSso: moved } = await createInStack(env, dev);
      if (first === "refresh") assert.deepEqual(await refreshPair(env.createContext(), moved), moved);
      const { row } = await upPair(env.createContext(), moved, teamSsoOf(staging, moved.outs));
      const { product } = moved.outs;
      assert.deepEqual(row.outs, { ...moved.outs, owner: `${staging}/team-sso`, featureOwner: `${dev}/team-sso` });
      assert.deepEqual(await refreshPair(env.createContext(), row), row);
      const again = await upPair(env.createContext(), row, teamSsoOf(staging, row.outs));
      assert.equal(again.isUpdated, false);
      await deletePair(env.createContext(), row);
      assertDetached(env, product);
    });
  }

  it("sends no request when it is updated", async () => {
    await using env = await setup();
    const { teamSso } = await createInStack(env, dev);
    env.emulator.requests.clear();
    await upPair(env.createContext(), teamSso, teamSsoOf(staging, teamSso.outs));
    assert.equal(env.emulator.requests.count(), 0);
  });

  it("stays in the new stack when the feature follows later", async () => {
    await using env = await setup();
    const { sso, teamSso } = await createInStack(env, dev);
    const { row } = await upPair(env.createContext(), teamSso, teamSsoOf(staging, teamSso.outs));
    const after = await upBoth(env.createContext(), { sso, teamSso: row }, staging);
    assert.ok(!("featureOwner" in after.teamSso.outs));
    await deletePair(env.createContext(), after.teamSso);
    assertDetached(env, teamSso.outs.product);
  });

  it("stays in the new stack when the feature goes to a third one", async () => {
    await using env = await setup();
    const { sso, teamSso } = await createInStack(env, dev);
    await upFeature(env.createContext(), sso, ssoOf(other));
    const refreshed = kept(await refreshPair(env.createContext(), teamSso));
    const { row } = await upPair(env.createContext(), refreshed, teamSsoOf(staging, teamSso.outs));
    assert.equal(row.outs.featureOwner, `${other}/sso`);
    await deletePair(env.createContext(), row);
    assertDetached(env, teamSso.outs.product);
  });

  it("stays in a new stack without markers", async () => {
    await using env = await setup();
    const { teamSso } = await createInStack(env, dev);
    const { row } = await upPair(withoutMarkers(env), teamSso, teamSsoOf(staging, teamSso.outs));
    assert.equal(row.outs.featureOwner, `${dev}/team-sso`);
    assert.deepEqual(await refreshPair(withoutMarkers(env), row), row);
    await deletePair(withoutMarkers(env), row);
    assertDetached(env, teamSso.outs.product);
  });

  it("comes from a stack without markers and stays when another stack marks the feature", async () => {
    await using env = await setup();
    const { sso, teamSso } = await createInStack(env, dev, withoutMarkers(env));
    const { row } = await upPair(env.createContext(), teamSso, teamSsoOf(staging, teamSso.outs));
    assert.equal(row.outs.featureOwner, "");
    await upFeature(env.createContext(), sso, ssoOf(other));
    assert.deepEqual(await refreshPair(env.createContext(), row), row);
    await deletePair(env.createContext(), row);
    assertDetached(env, teamSso.outs.product);
  });
});

describe("ProductFeature whose feature `pulumi state move` moved alone", () => {
  it("stays in its stack after a refresh and an `up`, and is detached with it", async () => {
    await using env = await setup();
    const { teamSso } = await moveFeature(env);
    const context = env.createContext();
    const refreshed = kept(await refreshPair(context, teamSso));
    assert.deepEqual(refreshed.outs, { ...teamSso.outs, newFeatureOwner: `${staging}/sso` });
    assert.match(context.logged.join(), /attaches a feature that belongs to shop\/staging\/sso now/);
    assert.deepEqual(await refreshPair(env.createContext(), refreshed), refreshed);
    const { row } = await upPair(env.createContext(), refreshed, teamSsoOf(dev, teamSso.outs));
    assert.deepEqual(row.outs, { ...teamSso.outs, featureOwner: `${staging}/sso` });
    assert.deepEqual(await refreshPair(env.createContext(), row), row);
    assert.equal((await upPair(env.createContext(), row, teamSsoOf(dev, row.outs))).isUpdated, false);
    await deletePair(env.createContext(), row);
    assertDetached(env, teamSso.outs.product);
  });

  it("stays when its stack reads the feature with `Feature.get`", async () => {
    await using env = await setup();
    const { sso, teamSso } = await createInStack(env, dev);
    const read = await feature.read(env.createContext(), sso.id, {});
    await upFeature(env.createContext(), sso, ssoOf(staging));
    const rows = { sso: { id: sso.id, outs: kept(read).props }, teamSso };
    const refreshed = await refresh(env.createContext(), rows);
    assert.equal(kept(refreshed.teamSso).outs.newFeatureOwner, `${staging}/sso`);
  });

  it("says once that the feature belongs to another stack", async () => {
    await using env = await setup();
    const { teamSso } = await moveFeature(env);
    const refreshed = kept(await refreshPair(env.createContext(), teamSso));
    const context = env.createContext();
    await refreshPair(context, refreshed);
    assert.deepEqual(context.logged, []);
  });

  for (const first of firstCommands) {
    it(`is left alone when it is deleted after ${first} and before the next \`up\``, async () => {
      await using env = await setup();
      const { teamSso } = await moveFeature(env);
      const row =
        first === "refresh"
          ? kept(await refreshPair(env.createContext(), teamSso))
          : (await upPair(env.createContext(), teamSso, teamSsoOf(dev, teamSso.outs))).row;
      const context = env.createContext();
      await deletePair(context, row);
      assertAttached(env, teamSso.outs.product, teamSso.id);
      assert.match(context.logged.join(), /belongs to shop\/staging\/sso now/);
    });
  }

  for (const first of firstCommands) {
    it(`stays when the feature is moved back, and ${first} comes first`, async () => {
      await using env = await setup();
      const { sso, teamSso } = await moveFeature(env);
      const away = kept(await refreshPair(env.createContext(), teamSso));
      const back = first === "refresh" ? await refresh(env.createContext(), { sso, teamSso: away }) : undefined;
      const rows = { sso, teamSso: first === "refresh" ? kept(back?.teamSso) : away };
      const after = await upBoth(env.createContext(), rows, dev);
      assert.deepEqual(after.teamSso.outs, teamSso.outs);
      await deletePair(env.createContext(), after.teamSso);
      assertDetached(env, teamSso.outs.product);
    });
  }
});

describe("ProductFeature of a feature that was moved here and is not declared here", () => {
  it("records the owner of the feature, also when a refresh has compared the feature before", async () => {
    await using env = await setup();
    const { sso } = await createInStack(env, dev);
    const context = env.createContext();
    const { id, props, inputs } = kept(await feature.read(context, sso.id, sso.outs));
    feature.diff(context, id, props, inputs as FeatureInputs);
    const product = env.dashboard.createProduct({ name: "Pro" }).id;
    const { outs } = await declarePair(context, teamSsoOf(staging, { product, entitlementFeature: id }));
    assert.equal(outs.featureOwner, `${dev}/sso`);
  });
});

describe("ProductFeature of a renamed stack", () => {
  it("stays when the `up` that renames was killed before it reached the attachment", async () => {
    await using env = await setup();
    const rows = await createInStack(env, dev);
    const killed = { ...rows, sso: await upFeature(env.createContext(), rows.sso, ssoOf(staging)) };
    const refreshed = await refresh(env.createContext(), killed);
    const after = await upBoth(env.createContext(), { ...killed, teamSso: kept(refreshed.teamSso) }, staging);
    assert.deepEqual(after.teamSso.outs, { ...rows.teamSso.outs, owner: `${staging}/team-sso` });
    await productFeature.delete(env.createContext(), after.teamSso.id, after.teamSso.outs);
    assertDetached(env, rows.teamSso.outs.product);
  });
});
