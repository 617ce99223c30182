import assert from "node:assert/strict";
import { detailsOf } from "../../../provider/plugin/detailed-diff";

const diff = (names: readonly string[], olds: object, news: object, replaces: readonly string[] = []) =>
  [...detailsOf(names, replaces, { ...olds }, { ...news })].map(
    ([path, { kind, isReplacement }]) => `${kind}${isReplacement ? " (replacement)" : ""} ${path}`,
  );

describe("The details of a diff", () => {
  it("say whether a property is added, removed or changed", () => {
    const olds = { name: "SSO", adopt: "any" };
    assert.deepEqual(diff(["name", "adopt", "owner"], olds, { name: "Single sign-on", owner: "a" }), [
      "update name",
      "delete adopt",
      "add owner",
    ]);
  });

  it("name the entries of a map that change", () => {
    const olds = { metadata: { team: "a", tier: "1", same: "x" } };
    const news = { metadata: { team: "b", same: "x", "cost-centre": "7", 'a"b': "8" } };
    assert.deepEqual(diff(["metadata"], olds, news), [
      "update metadata.team",
      "delete metadata.tier",
      'add metadata["cost-centre"]',
      'add metadata["a\\"b"]',
    ]);
    assert.deepEqual(diff(["metadata"], { metadata: { a: "1" } }, {}), ["delete metadata.a"]);
  });

  it("name a map as a whole that is not known yet", () => {
    assert.deepEqual(diff(["metadata"], { metadata: { a: "1" } }, { metadata: "unknown" }), ["update metadata"]);
  });

  it("name a map as a whole whose keys a path cannot hold", () => {
    assert.deepEqual(diff(["metadata"], { metadata: { "a\\": "1" } }, { metadata: {} }), ["update metadata"]);
  });

  it("say which changes replace the resource", () => {
    const olds = { lookupKey: "sso", name: "SSO" };
    assert.deepEqual(diff(["lookupKey", "name"], olds, { lookupKey: "saml", name: "SAML" }, ["lookupKey"]), [
      "update (replacement) lookupKey",
      "update name",
    ]);
  });

  it("name a property that neither side has", () => {
    assert.deepEqual(diff(["livemode"], {}, {}), ["add livemode"]);
  });
});
