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
    assert.deepEqual(diff(state, inputs), { changes: false, replaces: [] });
    const olds = { ...state, metadata: { a: "1", b: "2" } };
    assert.deepEqual(diff(olds, { ...inputs, metadata: { b: "2", a: "1" } }), { changes: false, replaces: [] });
  });

  it("finds no change between no metadata and an empty map", () => {
    const { metadata: _, ...bare } = inputs;
    assert.equal(diff({ ...state, metadata: {} }, bare).changes, false);
    assert.equal(diff({ ...state, metadata: {} }, { ...inputs, metadata: {} }).changes, false);
  });

  it("replaces the feature for another lookup key", () => {
    assert.deepEqual(diff(state, { ...inputs, lookupKey: "saml" }), {
      changes: true,
      replaces: ["lookupKey"],
    });
  });

  it("does not replace an imported feature whose state has no lookup key yet", () => {
    const { lookupKey: _, ...imported } = state;
    assert.deepEqual(diff(imported as FeatureState, inputs), { changes: false, replaces: [] });
  });

  const { metadata: _, ...withoutMetadata } = inputs;
  const { owner: __, ...withoutOwner } = inputs;
  const edits: Readonly<Record<string, FeatureInputs>> = {
    "another name": { ...inputs, name: "SSO" },
    "a name in other letter case": { ...inputs, name: "single sign-on" },
    "another metadata value": { ...inputs, metadata: { team: "access" } },
    "a new metadata entry": { ...inputs, metadata: { team: "identity", tier: "1" } },
    "a metadata entry with another key": { ...inputs, metadata: { squad: "identity" } },
    "a removed metadata entry": { ...inputs, metadata: {} },
    "removed metadata": withoutMetadata,
    "another marker": { ...inputs, owner: "shop/production/renamed" },
    "a removed marker": withoutOwner,
    "an unknown name": { ...inputs, name: unknownValue },
    "an unknown metadata value": { ...inputs, metadata: { team: unknownValue } },
    "another adoption policy": { ...inputs, adopt: "never" },
    "another archiveWhileAttached": { ...inputs, archiveWhileAttached: true },
  };
  for (const [name, news] of Object.entries(edits)) {
    it(`updates the feature in place for ${name}`, () => {
      assert.deepEqual(diff(state, news), { changes: true, replaces: [] });
    });
  }

  it("does not confuse a declared metadata entry with a value that every object inherits", () => {
    const olds = { ...state, metadata: { toString: "x" } };
    assert.equal(diff(olds, { ...inputs, metadata: { constructor: "x" } }).changes, true);
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
