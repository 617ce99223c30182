import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import type { Metadata } from "../../../../provider/stripe/metadata";
import { setup } from "../../../support/test-environment";

const owner = "shop/production/sso";
const marker = { pulumi_owner: owner };
const sso = { lookupKey: "sso", name: "Single sign-on", owner };

interface Change {
  /** The declared metadata at the create. */
  readonly before?: Metadata;
  /** The metadata on the server before the update, without the marker. Default: as created. */
  readonly byHand?: Metadata;
  /** The declared metadata at the update. */
  readonly after?: Metadata;
  /** The number of updates that are sent. */
  readonly writes: number;
}

const changes: Readonly<Record<string, Change>> = {
  "adds an entry": { before: { a: "1" }, after: { a: "1", b: "2" }, writes: 1 },
  "changes a value": { before: { a: "1" }, after: { a: "2" }, writes: 1 },
  "removes an entry": { before: { a: "1", b: "2" }, after: { b: "2" }, writes: 1 },
  "removes all entries": { before: { a: "1", b: "2" }, after: {}, writes: 1 },
  "removes the entries of a map that is no longer declared": { before: { a: "1", b: "2" }, writes: 1 },
  "replaces all entries": { before: { a: "1", b: "2" }, after: { c: "3" }, writes: 1 },
  "removes an entry that was added by hand": {
    before: { a: "1" },
    byHand: { a: "1", x: "9" },
    after: { a: "2" },
    writes: 2,
  },
  "resets a value that was changed by hand": {
    before: { a: "1" },
    byHand: { a: "9" },
    after: { a: "1", b: "2" },
    writes: 1,
  },
  "sets an entry that was removed by hand": { before: { a: "1", b: "2" }, byHand: {}, after: { a: "1" }, writes: 1 },
  "removes entries that were added by hand to a map that is no longer declared": {
    before: { a: "1" },
    byHand: { x: "9", y: "8" },
    writes: 2,
  },
  "replaces keys with the special characters of URLs": {
    before: { "a&b": "1", "c=d": "2" },
    after: { "e%f+g h": "3&4=5%" },
    writes: 1,
  },
  "replaces keys that every object inherits": { before: { toString: "1" }, after: { constructor: "2" }, writes: 1 },
};

describe("Feature.update of metadata", () => {
  for (const [name, { before, byHand, after, writes }] of Object.entries(changes)) {
    it(name, async () => {
      await using env = await setup();
      const { context, dashboard } = env;
      const { id, outs } = await feature.create(context, { ...sso, ...(before && { metadata: before }) });
      assert.deepEqual(dashboard.feature(id)?.metadata, { ...before, ...marker });
      if (byHand !== undefined) dashboard.setMetadata(id, { ...byHand, ...marker });
      env.emulator.requests.clear();
      const news = { ...sso, ...(after && { metadata: after }) };
      const state = await feature.update(context, id, outs, news);
      assert.deepEqual(dashboard.feature(id)?.metadata, { ...after, ...marker });
      assert.deepEqual(state.metadata, { ...after });
      assert.equal(state.owner, owner);
      assert.deepEqual(env.requests, Array(writes).fill("POST /v1/entitlements/features/:id"));
    });
  }

  it("changes the marker", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, { ...sso, metadata: { a: "1" } });
    const renamed = { ...sso, metadata: { a: "1" }, owner: "shop/production/renamed" };
    const state = await feature.update(env.context, id, outs, renamed);
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { a: "1", pulumi_owner: "shop/production/renamed" });
    assert.equal(state.owner, "shop/production/renamed");
  });

  it("removes a marker that the stack no longer writes", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, { ...sso, metadata: { a: "1" } });
    const { owner: _, ...unmarked } = { ...sso, metadata: { a: "1" } };
    const state = await feature.update(env.context, id, outs, unmarked);
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { a: "1" });
    assert.ok(!("owner" in state));
  });

  it("replaces 49 entries by 49 others beside the marker", async () => {
    const entries = (prefix: string) =>
      Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`${prefix}-${n}`, "v".repeat(500)]));
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, { ...sso, metadata: entries("old") });
    await feature.update(env.context, id, outs, { ...sso, metadata: entries("new") });
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { ...entries("new"), ...marker });
  });
});
