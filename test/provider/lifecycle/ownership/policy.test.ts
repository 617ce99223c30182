import assert from "node:assert/strict";
import {
  adoptionPolicies,
  isForeign,
  isOwnMarker,
  isSameStack,
  mayAdoptAttachment,
  mayAdoptFeature,
} from "../../../../provider/lifecycle/ownership/policy";

const owner = "shop/production/sso";

describe("isSameStack", () => {
  it("compares project and stack, whatever slashes the resource name has", () => {
    assert.equal(isSameStack("shop/production/a/b", owner), true);
    assert.equal(isSameStack("shop/production-2/sso", owner), false);
    assert.equal(isSameStack("shop-2/production/sso", owner), false);
    assert.equal(isSameStack("shop", owner), false);
  });

  it("returns false when a marker is missing", () => {
    for (const [one, other] of [
      [undefined, owner],
      [owner, undefined],
      [undefined, undefined],
    ]) {
      assert.equal(isSameStack(one, other), false);
    }
  });
});

describe("isForeign", () => {
  it("compares the marker with every owner that is known", () => {
    assert.equal(isForeign("shop/staging/sso", owner), true);
    assert.equal(isForeign("shop/staging/sso", owner, undefined, "shop/staging/api"), false);
    assert.equal(isForeign("shop/production/other", undefined, owner), false);
    assert.equal(isForeign(undefined, owner), false);
  });

  it("returns true for every marker where the stack has none", () => {
    assert.equal(isForeign(owner, undefined), true);
    assert.equal(isForeign(owner), true);
  });
});

describe("isOwnMarker", () => {
  it("accepts the owner, and its name under the current name of its stack", () => {
    const ofRenamed = "shop/live/api";
    assert.equal(isOwnMarker(owner, owner, undefined), true);
    assert.equal(isOwnMarker("shop/live/sso", owner, ofRenamed), true);
    assert.equal(isOwnMarker("shop/live/other", owner, ofRenamed), false);
    assert.equal(isOwnMarker("shop/staging/sso", owner, ofRenamed), false);
    assert.equal(isOwnMarker("shop/live/sso", owner, undefined), false);
  });

  it("returns false when the marker or the owner is missing", () => {
    assert.equal(isOwnMarker(undefined, owner, owner), false);
    assert.equal(isOwnMarker(owner, undefined, owner), false);
    assert.equal(isOwnMarker(undefined, undefined, undefined), false);
  });
});

describe("mayAdoptFeature and mayAdoptAttachment", () => {
  const markers = {
    own: owner,
    sameStack: "shop/production/other",
    otherStack: "shop/staging/sso",
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
    owned: ["own", "sameStack"],
    unowned: ["own", "sameStack", "none"],
    any: all,
    never: [],
  };

  for (const policy of adoptionPolicies) {
    it(`allow the objects of the policy "${policy}"`, () => {
      const allowed = (mayAdopt: typeof mayAdoptFeature) =>
        all.filter((marker) => mayAdopt(policy, markers[marker], owner));
      assert.deepEqual(allowed(mayAdoptFeature), ofFeature[policy]);
      assert.deepEqual(allowed(mayAdoptAttachment), ofAttachment[policy]);
    });
  }

  it('allow nothing with "owned" where the stack writes no markers', () => {
    for (const marker of Object.values(markers)) {
      assert.equal(mayAdoptFeature("owned", marker, undefined), false);
      assert.equal(mayAdoptAttachment("owned", marker, undefined), false);
    }
  });
});
