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
    assert.equal(markers.isHeldFeature("feat_1"), false);
  });
});

describe("StackMarkers.isHeldFeature", () => {
  it("is true for a recorded feature only", () => {
    const markers = new StackMarkers();
    markers.recordHeldFeature("feat_1");
    assert.deepEqual([markers.isHeldFeature("feat_1"), markers.isHeldFeature("feat_2")], [true, false]);
    assert.equal(markers.isOwnedFeature("feat_1"), false);
  });
});
