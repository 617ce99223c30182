import assert from "node:assert/strict";
import { diff as diffIn, type FeatureInputs, type FeatureState } from "../../../provider/lifecycle/feature/index";
import { unknownValue } from "../../../provider/lifecycle/unknown";
import { localContext } from "../../support/test-environment";

const diff = (olds: FeatureState, news: FeatureInputs) => diffIn(localContext(), "feat_1", olds, news);

const owner = "shop/production/sso";
const inputs: FeatureInputs = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };
const state: FeatureState = { ...inputs, metadata: { team: "identity" }, active: true, livemode: false };

describe("The diff of a feature", () => {
  it("finds nothing where all is as declared, whatever the order of the metadata", () => {
    assert.equal(diff(state, inputs).changes, false);
    const olds = { ...state, metadata: { a: "1", b: "2" } };
    assert.equal(diff(olds, { ...inputs, metadata: { b: "2", a: "1" } }).changes, false);
  });

  it("finds nothing between no metadata and an empty map", () => {
    const { metadata: _, ...bare } = inputs;
    assert.equal(diff({ ...state, metadata: {} }, bare).changes, false);
    assert.equal(diff({ ...state, metadata: {} }, { ...inputs, metadata: {} }).changes, false);
  });

  it("replaces the feature for another lookup key, and makes the new one first", () => {
    assert.deepEqual(diff(state, { ...inputs, lookupKey: "saml" }), {
      changes: true,
      replaces: ["lookupKey"],
    });
  });

  const { metadata: _, ...withoutMetadata } = inputs;
  const { owner: __, ...withoutOwner } = inputs;
  const edits: Readonly<Record<string, FeatureInputs>> = {
    "another name": { ...inputs, name: "SSO" },
    "a name in other letters": { ...inputs, name: "single sign-on" },
    "another value": { ...inputs, metadata: { team: "access" } },
    "a new entry": { ...inputs, metadata: { team: "identity", tier: "1" } },
    "an entry of another key": { ...inputs, metadata: { squad: "identity" } },
    "an entry taken away": { ...inputs, metadata: {} },
    "metadata taken away": withoutMetadata,
    "another marker": { ...inputs, owner: "shop/production/renamed" },
    "no marker any more": withoutOwner,
    "a name known only later": { ...inputs, name: unknownValue },
    "a value known only later": { ...inputs, metadata: { team: unknownValue } },
  };
  for (const [name, news] of Object.entries(edits)) {
    it(`updates in place for ${name}`, () => {
      const { changes, replaces } = diff(state, news);
      assert.equal(changes, true);
      assert.deepEqual(replaces, []);
    });
  }

  it("does not take a value that objects have by nature for one that is declared", () => {
    const olds = { ...state, metadata: { toString: "x" } };
    assert.equal(diff(olds, { ...inputs, metadata: { constructor: "x" } }).changes, true);
  });
});
