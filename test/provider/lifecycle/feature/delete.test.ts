import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureState } from "../../../../provider/lifecycle/feature/state";
import { ListCache } from "../../../../provider/stripe/list-cache";
import { declareFeature } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { setup } from "../../../support/test-environment";
import { VirtualClock } from "../../../support/virtual-clock";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };
const post = "POST /v1/entitlements/features/:id";

describe("Feature.delete", () => {
  it("archives a feature that is not attached, and changes nothing else", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    const before = env.dashboard.feature(id);
    env.emulator.requests.clear();
    await feature.delete(env.context, id, outs);
    assert.deepEqual(env.dashboard.feature(id), { ...before, active: false });
    assert.deepEqual(env.requests, ["GET /v1/entitlements/features/:id", "GET /v1/products", post]);
    assert.deepEqual(env.emulator.requests.filter({ method: "POST" })[0]?.params, { active: "false" });
  });

  it("frees the lookup key for another feature", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    await feature.delete(env.context, id, outs);
    const again = await feature.create(env.context, sso);
    assert.deepEqual(
      env.dashboard.features({ archived: false }).map((one) => one.id),
      [again.id],
    );
  });

  for (const archiveTwice of ["accepted", { status: 400, message: "No." }, { status: 409, message: "No." }] as const) {
    const answer = archiveTwice === "accepted" ? 200 : archiveTwice.status;

    it(`succeeds for an archived feature where Stripe answers ${answer} to a second archive`, async () => {
      await using env = await setup({ choices: { archiveTwice } });
      const { id, outs } = await feature.create(env.context, sso);
      env.dashboard.archiveFeature(id);
      await feature.delete(env.context, id, outs);
      await feature.delete(env.createContext(), id, outs);
      assert.equal(env.dashboard.feature(id)?.active, false);
    });
  }

  it("reads the marker after the refreshes of the run, and not from their list", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    const context = env.createContext();
    await Promise.all([feature.read(context, id, outs), feature.read(context, id, outs)]);
    env.dashboard.setMetadata(id, { pulumi_owner: "shop/staging/sso" });
    await feature.delete(context, id, outs);
    assert.equal(env.dashboard.feature(id)?.active, true);
    assert.match(context.logged.join(), /belongs to shop\/staging\/sso now/);
  });

  it("keeps an imported feature that is still declared and was never refreshed", async () => {
    await using env = await setup();
    const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const context = env.createContext();
    const { owner: _, ...unmarked } = sso;
    assert.equal((await declareFeature(context, unmarked, unmarked)).id, id);
    await feature.delete(context, id, {} as FeatureState);
    assert.equal(env.dashboard.feature(id)?.active, true);
  });

  it("succeeds for a feature that does not exist", async () => {
    await using env = await setup();
    const { outs } = await feature.create(env.context, sso);
    await feature.delete(env.context, "feat_none", outs);
    assert.equal(env.dashboard.features({ archived: false }).length, 1);
  });

  it("succeeds when the response is lost", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.emulator.faults.add({ kind: "drop", when: "after", method: "POST", times: 1 });
    await feature.delete(env.context, id, outs);
    assert.equal(env.dashboard.feature(id)?.active, false);
  });

  it("fails when Stripe rejects the request and the feature is active", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.emulator.faults.add({ kind: "status", status: 400, message: "Not on Sundays.", method: "POST" });
    const error = await entitlementsRejection(feature.delete(env.context, id, outs));
    assert.match(
      error.message,
      /^Feature "sso" \(feat_\w+, lookup key "sso"\): Stripe rejected the request: Not on Sundays\./,
    );
    assert.equal(env.dashboard.feature(id)?.active, true);
  });

  it("fails when Stripe fails", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    env.emulator.faults.add({ kind: "status", status: 500, method: "POST" });
    const error = await entitlementsRejection(feature.delete(env.createContext({ maxRetries: 1 }), id, outs));
    assert.equal(error.kind, "api");
    assert.equal(env.dashboard.feature(id)?.active, true);
  });

  it("reads the marker again when the list of the run's earlier deletes is older than 10 s", async () => {
    await using env = await setup();
    const keys = ["sso", "audit", "api"];
    const created = await Promise.all(keys.map((lookupKey) => feature.create(env.context, { ...sso, lookupKey })));
    const [first, second, third] = created;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const clock = new VirtualClock();
    const { stripe, ...rest } = env.createContext();
    const context = { ...rest, stripe, lists: new ListCache(stripe, 0, clock) };
    const lists = () => env.emulator.requests.count({ method: "GET", route: "/v1/entitlements/features" });

    const reads = Promise.all(created.map(({ id, outs }) => feature.read(context, id, outs)));
    await clock.advance(1);
    await reads;
    await feature.delete(context, first.id, first.outs);
    await clock.advance(10_000);
    await feature.delete(context, second.id, second.outs);
    assert.equal(lists(), 2);

    env.dashboard.setMetadata(third.id, { pulumi_owner: "shop/staging/sso" });
    await clock.advance(1);
    await feature.delete(context, third.id, third.outs);
    assert.equal(lists(), 3);
    assert.deepEqual(
      created.map(({ id }) => env.dashboard.feature(id)?.active),
      [false, false, true],
    );
  });
});
