import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureState } from "../../../../provider/lifecycle/feature/state";
import { unknownValue } from "../../../../provider/lifecycle/inputs";
import { localContext, setup } from "../../../support/test-environment";

describe("Feature.update", () => {
  it("changes an imported feature whose state was not refreshed", async () => {
    await using env = await setup();
    const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const news = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };
    const state = await feature.update(env.context, id, {} as FeatureState, news);
    assert.equal(state.name, "Single sign-on");
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { pulumi_owner: "shop/production/sso" });
    assert.deepEqual(env.requests, ["POST /v1/entitlements/features/:id"]);
  });
});

describe("Feature.diff", () => {
  it("names the recorded feature in the error about a key of the other mode", () => {
    const state = { lookupKey: "sso", name: "SSO", metadata: {}, active: true, livemode: false };
    const news = { lookupKey: unknownValue, name: unknownValue };
    assert.throws(() => feature.diff(localContext({ keyMode: "live" }), "feat_1", state, news), {
      kind: "wrongMode",
      message:
        'Feature (feat_1, lookup key "sso"): the API key belongs to live mode, but the stack\'s state says test mode',
    });
  });
});

describe("Feature.check", () => {
  it("records a failure under the name of the resource when the lookup key is unknown", () => {
    const context = localContext();
    const news = { lookupKey: unknownValue };
    feature.check(context, { owner: "shop/production/sso", olds: {}, news });
    assert.throws(() => context.failures.assertNone("Feature (feat_1)"), {
      message: 'Feature (feat_1): not deleted, because Feature "sso" failed in this run',
    });
  });
});
