import assert from "node:assert/strict";
import { create, update } from "../../../provider/lifecycle/feature/index";
import type { Metadata } from "../../../provider/lifecycle/metadata";
import { setup } from "../../support/test-environment";

const owner = "shop/production/sso";
const marker = { pulumi_owner: owner };
const sso = { lookupKey: "sso", name: "Single sign-on", owner };

interface Story {
  /** Declared at first. */
  readonly before?: Metadata;
  /** What the server holds when the update comes, without the marker; as declared at first, unless given. */
  readonly byHand?: Metadata;
  /** Declared then. */
  readonly after?: Metadata;
  /** Updates that are sent. */
  readonly writes: number;
}

const stories: Readonly<Record<string, Story>> = {
  "an entry is added": { before: { a: "1" }, after: { a: "1", b: "2" }, writes: 1 },
  "a value is changed": { before: { a: "1" }, after: { a: "2" }, writes: 1 },
  "an entry is cleared": { before: { a: "1", b: "2" }, after: { b: "2" }, writes: 1 },
  "all entries are cleared": { before: { a: "1", b: "2" }, after: {}, writes: 1 },
  "the whole map is dropped": { before: { a: "1", b: "2" }, writes: 1 },
  "all entries are exchanged": { before: { a: "1", b: "2" }, after: { c: "3" }, writes: 1 },
  "an entry was added by hand since": { before: { a: "1" }, byHand: { a: "1", x: "9" }, after: { a: "2" }, writes: 2 },
  "a value was changed by hand since": { before: { a: "1" }, byHand: { a: "9" }, after: { a: "1", b: "2" }, writes: 1 },
  "an entry was cleared by hand since": { before: { a: "1", b: "2" }, byHand: {}, after: { a: "1" }, writes: 1 },
  "the map is dropped, and filled by hand": { before: { a: "1" }, byHand: { x: "9", y: "8" }, writes: 2 },
  "keys hold what URLs are made of": { before: { "a&b": "1", "c=d": "2" }, after: { "e%f+g h": "3&4=5%" }, writes: 1 },
  "keys are those that objects have by nature": { before: { toString: "1" }, after: { constructor: "2" }, writes: 1 },
};

describe("The metadata on the server is what is declared, and the marker, when", () => {
  for (const [name, { before, byHand, after, writes }] of Object.entries(stories)) {
    it(name, async () => {
      await using set = await setup();
      const { context, dashboard } = set;
      const { id, outs } = await create(context, { ...sso, ...(before && { metadata: before }) });
      assert.deepEqual(dashboard.feature(id)?.metadata, { ...before, ...marker });
      if (byHand !== undefined) dashboard.setMetadata(id, { ...byHand, ...marker });
      set.emulator.requests.clear();
      const news = { ...sso, ...(after && { metadata: after }) };
      const state = await update(context, id, outs, news);
      assert.deepEqual(dashboard.feature(id)?.metadata, { ...after, ...marker });
      assert.deepEqual(state.metadata, { ...after });
      assert.equal(state.owner, owner);
      assert.deepEqual(set.requests, Array(writes).fill("POST /v1/entitlements/features/:id"));
    });
  }

  it("the marker is changed", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, { ...sso, metadata: { a: "1" } });
    const renamed = { ...sso, metadata: { a: "1" }, owner: "shop/production/renamed" };
    const state = await update(set.context, id, outs, renamed);
    assert.deepEqual(set.dashboard.feature(id)?.metadata, { a: "1", pulumi_owner: "shop/production/renamed" });
    assert.equal(state.owner, "shop/production/renamed");
  });

  it("the marker is no longer written, and goes away", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, { ...sso, metadata: { a: "1" } });
    const { owner: _, ...unmarked } = { ...sso, metadata: { a: "1" } };
    const state = await update(set.context, id, outs, unmarked);
    assert.deepEqual(set.dashboard.feature(id)?.metadata, { a: "1" });
    assert(!("owner" in state));
  });

  it("49 entries are exchanged for 49 others beside the marker", async () => {
    const entries = (prefix: string) =>
      Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`${prefix}-${n}`, "v".repeat(500)]));
    await using set = await setup();
    const { id, outs } = await create(set.context, { ...sso, metadata: entries("old") });
    await update(set.context, id, outs, { ...sso, metadata: entries("new") });
    assert.deepEqual(set.dashboard.feature(id)?.metadata, { ...entries("new"), ...marker });
  });
});
