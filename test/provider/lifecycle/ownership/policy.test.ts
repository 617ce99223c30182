import assert from "node:assert/strict";

import { read, update } from "../../../provider/lifecycle/feature/index";
import {
  adoptionPolicies,
  isOfOtherStack,
  isOfSameStack,
  mayAdoptAttachment,
  mayAdoptFeature,
} from "../../../provider/lifecycle/ownership/policy";
import { declareFeature, declarePair } from "../../support/declare";
import { setup, type TestContext, type TestEnvironment } from "../../support/test-environment";

const owner = "shop/production/sso";

describe("A marker", () => {
  it("names a stack by its first two parts, whatever slashes the resource's name has", () => {
    assert.equal(isOfSameStack("shop/production/a/b", owner), true);
    assert.equal(isOfSameStack("shop/production-2/sso", owner), false);
    assert.equal(isOfSameStack("shop-2/production/sso", owner), false);
    assert.equal(isOfSameStack("shop", owner), false);
  });

  it("that is missing is of no stack, neither the same nor another", () => {
    for (const [one, other] of [
      [undefined, owner],
      [owner, undefined],
      [undefined, undefined],
    ]) {
      assert.equal(isOfSameStack(one, other), false);
      assert.equal(isOfOtherStack(one, other), false);
    }
    assert.equal(isOfOtherStack("shop/staging/sso", owner), true);
    assert.equal(isOfOtherStack("shop/production/other", owner), false);
  });
});

describe("What each policy allows to take over", () => {
  const markers = {
    own: owner,
    "another resource's of this stack": "shop/production/other",
    "another stack's": "shop/staging/sso",
    none: undefined,
  } as const;
  type Marker = keyof typeof markers;
  const all = Object.keys(markers) as Marker[];
  const ofFeature: Record<string, readonly Marker[]> = {
    owned: ["own"],
    unowned: ["own", "none"],
    any: all,
    never: [],
  };
  const ofAttachment: Record<string, readonly Marker[]> = {
    owned: ["own", "another resource's of this stack"],
    unowned: ["own", "another resource's of this stack", "none"],
    any: all,
    never: [],
  };

  for (const policy of adoptionPolicies) {
    it(`${policy}: of features ${ofFeature[policy]?.join(", ") || "nothing"}, of attachments ${ofAttachment[policy]?.join(", ") || "nothing"}`, () => {
      const allowed = (mayAdopt: typeof mayAdoptFeature) =>
        all.filter((marker) => mayAdopt(policy, markers[marker], owner));
      assert.deepEqual(allowed(mayAdoptFeature), ofFeature[policy]);
      assert.deepEqual(allowed(mayAdoptAttachment), ofAttachment[policy]);
    });
  }

  it("owned is nothing where the stack writes no marker", () => {
    for (const marker of Object.values(markers)) {
      assert.equal(mayAdoptFeature("owned", marker, undefined), false);
      assert.equal(mayAdoptAttachment("owned", marker, undefined), false);
    }
  });
});

describe("A stack with ownership none", () => {
  const unmarked = (set: TestEnvironment): TestContext => set.createContext({ local: { ownership: "none" } });
  const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };

  it("writes no marker, and keeps none in its state, of a feature and of an attachment", async () => {
    await using set = await setup();
    const connection = unmarked(set);
    const feature = await declareFeature(connection, sso);
    assert.deepEqual(set.dashboard.feature(feature.id)?.metadata, { team: "identity" });
    assert(!("owner" in feature.outs));
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const pair = await declarePair(connection, { product, entitlementFeature: feature.id, owner });
    assert(!("owner" in pair.outs));
  });

  it("takes off the marker that an earlier run wrote, by one request", async () => {
    await using set = await setup();
    const { id, outs } = await declareFeature(set.context, sso);
    set.emulator.requests.clear();
    const { owner: _, ...news } = sso;
    const state = await update(unmarked(set), id, outs, news);
    assert.deepEqual(set.dashboard.feature(id)?.metadata, { team: "identity" });
    assert(!("owner" in state));
    assert.deepEqual(set.requests, ["POST /v1/entitlements/features/:id"]);
  });

  it("takes off the marker of what it takes over", async () => {
    await using set = await setup();
    const { id } = await declareFeature(set.context, sso);
    const adopted = await declareFeature(unmarked(set), { ...sso, adopt: "any" });
    assert.equal(adopted.id, id);
    assert.deepEqual(set.dashboard.feature(id)?.metadata, { team: "identity" });
  });
});

describe("A feature whose marker names another stack", () => {
  const sso = { lookupKey: "sso", name: "Single sign-on", owner };

  it("is gone for the stack that had it, in a line that names the new owner", async () => {
    await using set = await setup();
    const { id, outs } = await declareFeature(set.context, sso);
    const other = set.createContext();
    await declareFeature(other, { ...sso, owner: "shop/staging/sso", adopt: "any" });
    const connection = set.createContext();
    assert.equal(await read(connection, id, outs), undefined);
    assert.deepEqual(connection.logged, [
      `Feature "sso" (${id}) was taken over by shop/staging/sso, as its metadata says, and is not this stack's any more.`,
    ]);
  });

  it("is not gone when its marker was only taken off by hand", async () => {
    await using set = await setup();
    const { id, outs } = await declareFeature(set.context, sso);
    set.dashboard.setMetadata(id, {});
    const found = await read(set.createContext(), id, outs);
    assert.equal(found?.id, id);
    assert(found !== undefined && !("owner" in found.inputs), "a refresh shows the marker as missing");
  });
});
