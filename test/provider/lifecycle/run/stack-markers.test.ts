import assert from "node:assert/strict";
import { StackMarkers } from "../../../../provider/lifecycle/run/stack-markers";

describe("StackMarkers.anyOwner", () => {
  it("is undefined until a resource with a marker was declared", () => {
    const markers = new StackMarkers();
    markers.recordOwner(undefined);
    assert.equal(markers.anyOwner, undefined);
    markers.recordOwner("shop/production/sso");
    markers.recordOwner("shop/production/api");
    assert.equal(markers.anyOwner, "shop/production/sso");
  });
});

describe("StackMarkers.isOwnedFeature", () => {
  it("is true for a recorded feature only", () => {
    const markers = new StackMarkers();
    markers.recordOwnedFeature("feat_1");
    assert.deepEqual([markers.isOwnedFeature("feat_1"), markers.isOwnedFeature("feat_2")], [true, false]);
    assert.equal(markers.isLostFeature("feat_1", "shop/staging/sso"), false);
  });
});

describe("StackMarkers.isLostFeature", () => {
  const markers = new StackMarkers();
  markers.recordHeldFeature("feat_1", "shop/production/sso");
  markers.recordHeldFeature("feat_2", undefined);

  it("is true for another stack's marker on a feature that the state holds", () => {
    assert.equal(markers.isLostFeature("feat_1", "shop/staging/sso"), true);
    assert.equal(markers.isLostFeature("feat_2", "shop/staging/sso"), true);
    assert.equal(markers.isLostFeature("feat_3", "shop/staging/sso"), false);
  });

  it("is false for a marker of the stack that the state names", () => {
    assert.equal(markers.isLostFeature("feat_1", "shop/production/api"), false);
  });
});
