import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import type { FeatureState } from "../../../../provider/lifecycle/feature/state";
import { unknownValue } from "../../../../provider/lifecycle/inputs";
import { localContext } from "../../../support/test-environment";

const diff = (olds: FeatureState, news: FeatureInputs) => feature.diff(localContext(), "feat_1", olds, news);

const owner = "shop/production/sso";
const inputs: FeatureInputs = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };
const state: FeatureState = { ...inputs, metadata: { team: "identity" }, active: true, livemode: false };

describe("Feature.diff", () => {
  it("finds no change in the same values, whatever the order of the metadata", () => {
    assert.deepEqual(diff(state, inputs), { changed: [], replaces: [] });
    const olds = { ...state, metadata: { a: "1", b: "2" } };
    assert.deepEqual(diff(olds, { ...inputs, metadata: { b: "2", a: "1" } }), { changed: [], replaces: [] });
  });

  it("finds no change between no metadata and an empty map", () => {
    const { metadata: _, ...bare } = inputs;
    assert.deepEqual(diff({ ...state, metadata: {} }, bare).changed, []);
    assert.deepEqual(diff({ ...state, metadata: {} }, { ...inputs, metadata: {} }).changed, []);
  });

  it("replaces the feature for another lookup key", () => {
    assert.deepEqual(diff(state, { ...inputs, lookupKey: "saml" }), {
      changed: ["lookupKey"],
      replaces: ["lookupKey"],
    });
  });

  it("does not replace an imported feature whose state has no lookup key yet", () => {
    const { lookupKey: _, ...imported } = state;
    assert.deepEqual(diff(imported as FeatureState, inputs), { changed: [], replaces: [] });
  });

  const { metadata: _, ...withoutMetadata } = inputs;
  const { owner: __, ...withoutOwner } = inputs;
  const edits: Readonly<Record<string, [FeatureInputs, keyof FeatureInputs]>> = {
    "another name": [{ ...inputs, name: "SSO" }, "name"],
    "a name in other letter case": [{ ...inputs, name: "single sign-on" }, "name"],
    "another metadata value": [{ ...inputs, metadata: { team: "access" } }, "metadata"],
    "a new metadata entry": [{ ...inputs, metadata: { team: "identity", tier: "1" } }, "metadata"],
    "a metadata entry with another key": [{ ...inputs, metadata: { squad: "identity" } }, "metadata"],
    "a removed metadata entry": [{ ...inputs, metadata: {} }, "metadata"],
    "removed metadata": [withoutMetadata, "metadata"],
    "another marker": [{ ...inputs, owner: "shop/production/renamed" }, "owner"],
    "a removed marker": [withoutOwner, "owner"],
    "an unknown name": [{ ...inputs, name: unknownValue }, "name"],
    "an unknown metadata value": [{ ...inputs, metadata: { team: unknownValue } }, "metadata"],
    "another adoption policy": [{ ...inputs, adopt: "never" }, "adopt"],
    "another archiveWhileAttached": [{ ...inputs, archiveWhileAttached: true }, "archiveWhileAttached"],
  };
  for (const [name, [news, property]] of Object.entries(edits)) {
    it(`updates the feature in place for ${name}`, () => {
      assert.deepEqual(diff(state, news), { changed: [property], replaces: [] });
    });
  }

  it("does not confuse a declared metadata entry with a value that every object inherits", () => {
    const olds = { ...state, metadata: { toString: "x" } };
    assert.notDeepEqual(diff(olds, { ...inputs, metadata: { constructor: "x" } }).changed, []);
  });

  it("rejects a key of the other mode, and names the feature as the state records it", () => {
    const news = { ...inputs, lookupKey: unknownValue, owner: "shop/production/renamed" };
    assert.throws(() => feature.diff(localContext({ keyMode: "live" }), "feat_1", state, news), {
      kind: "wrongMode",
      message:
        'Feature "sso" (feat_1, lookup key "sso"): the API key belongs to live mode, ' +
        "but the stack's state says test mode",
    });
  });
});
