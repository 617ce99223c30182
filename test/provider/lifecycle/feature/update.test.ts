import assert from "node:assert/strict";
import { isPartialUpdateError } from "../../../provider/lifecycle/errors";
import { create, read, update } from "../../../provider/lifecycle/feature/index";
import { entitlementsRejection, rejection } from "../../support/rejection";
import { setup } from "../../support/test-environment";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };
const post = "POST /v1/entitlements/features/:id";

describe("Updating a feature", () => {
  it("takes one request for the name and the metadata together, and sends no lookup key", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.emulator.requests.clear();
    const news = { ...sso, name: "SSO", metadata: { squad: "access" } };
    const state = await update(set.context, id, outs, news);
    assert.equal(set.dashboard.feature(id)?.name, "SSO");
    assert.deepEqual(set.dashboard.feature(id)?.metadata, { squad: "access", pulumi_owner: owner });
    assert.deepEqual(state, { ...outs, ...news });
    assert.deepEqual(set.requests, [post]);
    assert(!("lookup_key" in (set.emulator.requests.entries[0]?.params ?? {})));
  });

  it("is what the next read finds, and no older list", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    // Two at once are read from a list, which is kept.
    await Promise.all([read(set.context, id, outs), read(set.context, id, outs)]);
    await update(set.context, id, outs, { ...sso, name: "SSO" });
    assert.equal((await read(set.context, id, outs))?.props.name, "SSO");
  });

  it("repairs a name and metadata that were changed by hand since", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.dashboard.renameFeature(id, "Renamed");
    await update(set.context, id, outs, { ...sso, metadata: { team: "access" } });
    assert.equal(set.dashboard.feature(id)?.name, "Single sign-on");
  });

  it("explains that the feature was archived by hand, and tries nothing else on it", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.dashboard.archiveFeature(id);
    const archived = set.dashboard.feature(id);
    set.emulator.requests.clear();
    const error = await entitlementsRejection(update(set.context, id, outs, { ...sso, name: "SSO" }));
    assert.equal(error.message, `Feature "sso" (${id}): archived outside Pulumi, so it cannot be changed`);
    assert.match(error.hint ?? "", /pulumi up --refresh/);
    assert.deepEqual(set.requests, [post, "GET /v1/entitlements/features/:id"]);
    assert.deepEqual(set.dashboard.feature(id), archived);
  });

  it("explains that the feature does not exist", async () => {
    await using set = await setup();
    const { outs } = await create(set.context, sso);
    const error = await entitlementsRejection(update(set.context, "feat_none", outs, { ...sso, name: "SSO" }));
    assert.equal(error.message, 'Feature "sso" (feat_none): deleted outside Pulumi, so it cannot be changed');
  });

  it("passes on another refusal of an active feature", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.emulator.faults.add({ kind: "status", status: 400, message: "No such name.", param: "name", method: "POST" });
    const error = await entitlementsRejection(update(set.context, id, outs, { ...sso, name: "SSO" }));
    assert.match(error.message, /Stripe refused the request: No such name\./);
    assert.equal(set.dashboard.feature(id)?.name, "Single sign-on");
  });

  it("keeps what its first step did when the second one fails", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.dashboard.setMetadata(id, { team: "identity", added: "by hand", pulumi_owner: owner });
    set.emulator.faults.add({ kind: "status", status: 500, message: "Out of order.", method: "POST", skip: 1 });
    const news = { ...sso, name: "SSO", metadata: { team: "access" } };
    const error = await rejection(update(set.context, id, outs, news));
    assert(isPartialUpdateError(error), error.stack);
    assert.match(error.message, /^Feature "sso" .*Stripe failed.*Out of order\./);
    const { name, metadata } = set.dashboard.feature(id) ?? {};
    assert.deepEqual([name, metadata], ["SSO", { team: "access", added: "by hand", pulumi_owner: owner }]);
    const kept = { ...outs, name: "SSO", metadata: { team: "access", added: "by hand" } };
    assert.deepEqual(error.properties, kept);
    set.emulator.faults.clear();
    await update(set.context, id, kept, news);
    assert.deepEqual(set.dashboard.feature(id)?.metadata, { team: "access", pulumi_owner: owner });
  });

  it("says nothing of a part where the first step failed", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    set.emulator.faults.add({ kind: "status", status: 500, method: "POST" });
    const error = await rejection(update(set.context, id, outs, { ...sso, name: "SSO" }));
    assert(!isPartialUpdateError(error));
    assert.equal(set.dashboard.feature(id)?.name, "Single sign-on");
  });

  it("makes room where somebody filled the metadata by hand since", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    const byHand = Object.fromEntries(Array.from({ length: 48 }, (_, n) => [`by-hand-${n}`, "v"]));
    set.dashboard.setMetadata(id, { team: "identity", ...byHand, pulumi_owner: owner });
    await update(set.context, id, outs, { ...sso, metadata: { team: "identity", tier: "1" } });
    assert.deepEqual(set.dashboard.feature(id)?.metadata, { team: "identity", tier: "1", pulumi_owner: owner });
  });
});
