import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import { declareFeature, declarePair } from "../../../support/declare";
import { setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";

const owner = "shop/production/sso";

describe('A stack with ownership "none"', () => {
  const unmarked = (env: TestEnvironment): TestContext => env.createContext({ local: { ownership: "none" } });
  const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };

  it("writes no marker, and stores no owner in the state of either resource", async () => {
    await using env = await setup();
    const context = unmarked(env);
    const created = await declareFeature(context, sso);
    assert.deepEqual(env.dashboard.feature(created.id)?.metadata, { team: "identity" });
    assert.ok(!("owner" in created.outs));
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const pair = await declarePair(context, { product, entitlementFeature: created.id, owner });
    assert.ok(!("owner" in pair.outs));
  });

  it("removes the marker of an earlier run with one read and one write", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, sso);
    env.emulator.requests.clear();
    const { owner: _, ...news } = sso;
    const state = await feature.update(unmarked(env), id, outs, news);
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { team: "identity" });
    assert.ok(!("owner" in state));
    const path = "/v1/entitlements/features/:id";
    assert.deepEqual(env.requests, [`GET ${path}`, `POST ${path}`]);
  });

  it("removes the marker of a feature that it adopts", async () => {
    await using env = await setup();
    const { id } = await declareFeature(env.context, sso);
    const adopted = await declareFeature(unmarked(env), { ...sso, adopt: "any" });
    assert.equal(adopted.id, id);
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { team: "identity" });
  });
});
