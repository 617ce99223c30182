import assert from "node:assert/strict";
import { create, read, delete as remove } from "../../../provider/lifecycle/feature/index";
import { declareFeature } from "../../support/declare";
import { entitlementsRejection } from "../../support/rejection";
import { setup } from "../../support/test-environment";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };
const post = "POST /v1/entitlements/features/:id";

describe("Deleting a feature", () => {
  it("archives it when nobody else relies on it, and changes nothing else of it", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    const before = set.dashboard.feature(id);
    set.emulator.requests.clear();
    await remove(set.context, id, outs);
    assert.deepEqual(set.dashboard.feature(id), { ...before, active: false });
    assert.deepEqual(set.requests, ["GET /v1/entitlements/features/:id", "GET /v1/products", post]);
    assert.deepEqual(set.emulator.requests.filter({ method: "POST" })[0]?.params, { active: "false" });
  });

  it("frees the lookup key", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    await remove(set.context, id, outs);
    const again = await create(set.context, sso);
    assert.deepEqual(
      set.dashboard.features({ archived: false }).map((feature) => feature.id),
      [again.id],
    );
  });

  for (const archiveTwice of ["accepted", { status: 400, message: "No." }, { status: 409, message: "No." }] as const) {
    const name = archiveTwice === "accepted" ? archiveTwice : `answered with ${archiveTwice.status}`;

    it(`succeeds for a feature that is archived already, be that ${name}`, async () => {
      await using set = await setup({ choices: { archiveTwice } });
      const { id, outs } = await create(set.context, sso);
      set.dashboard.archiveFeature(id);
      await remove(set.context, id, outs);
      await remove(set.createContext(), id, outs);
      assert.equal(set.dashboard.feature(id)?.active, false);
    });
  }

  it("looks whose it is after the run's refreshes, and not at what they have listed", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    const connection = set.createContext();
    await Promise.all([read(connection, id, outs), read(connection, id, outs)]);
    set.dashboard.setMetadata(id, { pulumi_owner: "shop/staging/sso" });
    await remove(connection, id, outs);
    assert.equal(set.dashboard.feature(id)?.active, true);
    assert.match(connection.logged.join(), /belongs to shop\/staging\/sso now/);
  });

  it("leaves what was imported, was not refreshed yet, and is declared still", async () => {
    await using set = await setup();
    const { id } = set.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const connection = set.createContext();
    const { owner: _, ...unmarked } = sso;
    assert.equal((await declareFeature(connection, unmarked, unmarked)).id, id);
    await remove(connection, id, {});
    assert.equal(set.dashboard.feature(id)?.active, true);
  });

  it("succeeds for a feature that does not exist", async () => {
    await using set = await setup();
    const { outs } = await create(set.context, sso);
    await remove(set.context, "feat_none", outs);
    assert.equal(set.dashboard.features({ archived: false }).length, 1);
  });

  it("succeeds when the answer is lost", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.emulator.faults.add({ kind: "drop", when: "after", method: "POST", times: 1 });
    await remove(set.context, id, outs);
    assert.equal(set.dashboard.feature(id)?.active, false);
  });

  it("fails while Stripe refuses it and the feature is active", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.emulator.faults.add({ kind: "status", status: 400, message: "Not on Sundays.", method: "POST" });
    const error = await entitlementsRejection(remove(set.context, id, outs));
    assert.match(error.message, /^Feature "sso" \(feat_\w+\): Stripe refused the request: Not on Sundays\./);
    assert.equal(set.dashboard.feature(id)?.active, true);
  });

  it("fails when Stripe fails", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.emulator.faults.add({ kind: "status", status: 500, method: "POST" });
    await entitlementsRejection(remove(set.createContext({ maxRetries: 1 }), id, outs));
    assert.equal(set.dashboard.feature(id)?.active, true);
  });
});
