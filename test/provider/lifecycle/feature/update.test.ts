import assert from "node:assert/strict";
import { isPartialUpdateError } from "../../../../provider/lifecycle/errors";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureState } from "../../../../provider/lifecycle/feature/state";
import { entitlementsRejection, rejection } from "../../../support/rejection";
import { setup } from "../../../support/test-environment";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };
const post = "POST /v1/entitlements/features/:id";

describe("Feature.update", () => {
  it("changes name and metadata with one request, without the lookup key", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.emulator.requests.clear();
    const news = { ...sso, name: "SSO", metadata: { squad: "access" } };
    const state = await feature.update(env.context, id, outs, news);
    assert.equal(env.dashboard.feature(id)?.name, "SSO");
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { squad: "access", pulumi_owner: owner });
    assert.deepEqual(state, { ...outs, ...news });
    assert.deepEqual(env.requests, [post]);
    assert.ok(!("lookup_key" in (env.emulator.requests.entries[0]?.params ?? {})));
  });

  it("makes later reads of the run return the new values", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    // Two reads at the same time come from a list, which the cache keeps.
    await Promise.all([feature.read(env.context, id, outs), feature.read(env.context, id, outs)]);
    await feature.update(env.context, id, outs, { ...sso, name: "SSO" });
    assert.equal((await feature.read(env.context, id, outs))?.props.name, "SSO");
  });

  it("resets a name that somebody changed by hand since the last run", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.dashboard.renameFeature(id, "Renamed");
    await feature.update(env.context, id, outs, { ...sso, metadata: { team: "access" } });
    assert.equal(env.dashboard.feature(id)?.name, "Single sign-on");
  });

  it("explains that the feature was archived by hand, and sends no other write", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.dashboard.archiveFeature(id);
    const archived = env.dashboard.feature(id);
    env.emulator.requests.clear();
    const error = await entitlementsRejection(feature.update(env.context, id, outs, { ...sso, name: "SSO" }));
    assert.equal(
      error.message,
      `Feature "sso" (${id}, lookup key "sso"): archived outside Pulumi, so it cannot be changed`,
    );
    assert.match(error.hint ?? "", /pulumi up --refresh/);
    assert.deepEqual(env.requests, [post, "GET /v1/entitlements/features/:id"]);
    assert.deepEqual(env.dashboard.feature(id), archived);
  });

  it("explains that the feature does not exist", async () => {
    await using env = await setup();
    const { outs } = await feature.create(env.context, sso);
    const error = await entitlementsRejection(feature.update(env.context, "feat_none", outs, { ...sso, name: "SSO" }));
    assert.equal(
      error.message,
      'Feature "sso" (feat_none, lookup key "sso"): deleted outside Pulumi, so it cannot be changed',
    );
  });

  it("reports another refusal of an active feature", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.emulator.faults.add({ kind: "status", status: 400, message: "No such name.", param: "name", method: "POST" });
    const error = await entitlementsRejection(feature.update(env.context, id, outs, { ...sso, name: "SSO" }));
    assert.match(error.message, /Stripe rejected the request: No such name\./);
    assert.equal(env.dashboard.feature(id)?.name, "Single sign-on");
  });

  it("returns the state after the first request when the second one fails", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.dashboard.setMetadata(id, { team: "identity", added: "by hand", pulumi_owner: owner });
    env.emulator.faults.add({ kind: "status", status: 500, message: "Out of order.", method: "POST", skip: 1 });
    const news = { ...sso, name: "SSO", metadata: { team: "access" } };
    const error = await rejection(feature.update(env.context, id, outs, news));
    assert.ok(isPartialUpdateError(error), error.stack);
    assert.match(error.message, /^Feature "sso" \(feat_\w+, lookup key "sso"\): Stripe failed.*Out of order\./);
    const { name, metadata } = env.dashboard.feature(id) ?? {};
    assert.deepEqual([name, metadata], ["SSO", { team: "access", added: "by hand", pulumi_owner: owner }]);
    const kept = { ...outs, name: "SSO", metadata: { team: "access", added: "by hand" } };
    assert.deepEqual(error.state, kept);
    env.emulator.faults.clear();
    await feature.update(env.context, id, kept, news);
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { team: "access", pulumi_owner: owner });
  });

  it("throws no PartialUpdateError when the first request fails", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.emulator.faults.add({ kind: "status", status: 500, method: "POST" });
    const error = await rejection(feature.update(env.context, id, outs, { ...sso, name: "SSO" }));
    assert.ok(!isPartialUpdateError(error));
    assert.equal(env.dashboard.feature(id)?.name, "Single sign-on");
  });

  it("removes entries that somebody added by hand until no more fitted", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    const byHand = Object.fromEntries(Array.from({ length: 48 }, (_, n) => [`by-hand-${n}`, "v"]));
    env.dashboard.setMetadata(id, { team: "identity", ...byHand, pulumi_owner: owner });
    await feature.update(env.context, id, outs, { ...sso, metadata: { team: "identity", tier: "1" } });
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { team: "identity", tier: "1", pulumi_owner: owner });
  });
});

describe("Feature.update of an imported feature", () => {
  const get = "GET /v1/entitlements/features/:id";
  const imported = {} as FeatureState;

  it("reads the feature once and changes it with one request", async () => {
    await using env = await setup();
    const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "By hand" });
    const state = await feature.update(env.context, id, imported, sso);
    assert.deepEqual(state, { ...sso, active: true, livemode: false, account: env.sandbox.account });
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { team: "identity", pulumi_owner: owner });
    assert.deepEqual(env.requests, [get, post]);
  });

  it("removes metadata that is not declared", async () => {
    await using env = await setup();
    const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "By hand", metadata: { note: "by hand" } });
    const { metadata: _, ...news } = sso;
    const { account } = env.sandbox;
    const state = await feature.update(env.context, id, imported, news);
    assert.deepEqual(state, { ...news, metadata: {}, active: true, livemode: false, account });
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { pulumi_owner: owner });
    assert.deepEqual(env.requests, [get, post]);
  });

  it("sends no change for a feature that is as declared, and stores what Stripe holds", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.emulator.requests.clear();
    assert.notDeepEqual(feature.diff(env.context, id, { ...sso } as unknown as FeatureState, sso).changed, []);
    assert.deepEqual(await feature.update(env.createContext(), id, { ...sso } as unknown as FeatureState, sso), outs);
    assert.deepEqual(env.requests, [get]);
  });

  it("reads many features from one list", async () => {
    await using env = await setup();
    const features = ["a", "b", "c"].map((lookupKey) => env.dashboard.createFeature({ lookupKey, name: "By hand" }));
    await Promise.all(
      features.map(({ id, lookup_key }) =>
        feature.update(env.context, id, imported, { ...sso, lookupKey: lookup_key }),
      ),
    );
    assert.deepEqual(env.requests, ["GET /v1/entitlements/features", post, post, post]);
  });

  it("rejects one that is archived, missing or of another lookup key, and sends no write", async () => {
    await using env = await setup();
    const saml = env.dashboard.createFeature({ lookupKey: "saml", name: "By hand" }).id;
    const archived = env.dashboard.createFeature({ lookupKey: "sso", name: "By hand" }).id;
    env.dashboard.archiveFeature(archived);
    for (const [id, why] of [
      [archived, /it is archived, which is permanent/],
      ["feat_none", /it does not exist in the account and mode of the API key/],
      [saml, /its lookup key is "saml"/],
    ] as const) {
      const error = await entitlementsRejection(feature.update(env.createContext(), id, imported, sso));
      assert.match(error.message, why);
      assert.match(error.hint ?? "", /`pulumi state delete`/);
    }
    assert.ok(env.requests.every((request) => request.startsWith("GET ")));
  });
});
