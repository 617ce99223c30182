import assert from "node:assert/strict";
import {
  adoptionPolicies,
  isOtherStack,
  isSameStack,
  mayAdoptAttachment,
  mayAdoptFeature,
} from "../../../../provider/lifecycle/ownership/policy";

const owner = "shop/production/sso";

describe("isSameStack and isOtherStack", () => {
  it("compare project and stack, whatever slashes the resource name has", () => {
    assert.equal(isSameStack("shop/production/a/b", owner), true);
    assert.equal(isSameStack("shop/production-2/sso", owner), false);
    assert.equal(isSameStack("shop-2/production/sso", owner), false);
    assert.equal(isSameStack("shop", owner), false);
    assert.equal(isOtherStack("shop/production/other", owner), false);
    assert.equal(isOtherStack("shop/staging/sso", owner), true);
  });

  it("return false when a marker is missing", () => {
    for (const [one, other] of [
      [undefined, owner],
      [owner, undefined],
      [undefined, undefined],
    ]) {
      assert.equal(isSameStack(one, other), false);
      assert.equal(isOtherStack(one, other), false);
    }
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
