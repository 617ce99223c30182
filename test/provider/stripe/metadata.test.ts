import assert from "node:assert/strict";
import { createParams, updateParams } from "../../../provider/stripe/feature";
import {
  isSameMetadata,
  metadataChange,
  metadataSchema,
  splitMarker,
  withMarker,
} from "../../../provider/stripe/metadata";

const marker = "shop/production/sso";

describe("metadataSchema", () => {
  it("parses null and a missing value as no metadata", () => {
    for (const value of [null, undefined, {}]) assert.deepEqual(metadataSchema.parse(value), {});
  });

  it("rejects values that are not strings", () => {
    assert.equal(metadataSchema.safeParse({ team: 1 }).success, false);
  });
});

describe("splitMarker and withMarker", () => {
  it("separate the marker from the entries, and join them again", () => {
    const stored = { team: "identity", pulumi_owner: marker };
    const split = splitMarker(stored);
    assert.deepEqual(split, { metadata: { team: "identity" }, marker });
    assert.deepEqual(withMarker(split), stored);
  });

  it("return metadata without a marker unchanged", () => {
    const split = splitMarker({ team: "identity" });
    assert.deepEqual(split, { metadata: { team: "identity" }, marker: undefined });
    assert.deepEqual(withMarker(split), { team: "identity" });
  });
});

describe("metadataChange", () => {
  it("sets all wanted entries, and unsets known ones that are not wanted", () => {
    const change = metadataChange({ kept: "1", changed: "2", added: "3" }, { kept: "1", changed: "1", removed: "1" });
    assert.deepEqual(change, { kept: "1", changed: "2", added: "3", removed: null });
  });

  it("unsets known entries whose keys every object inherits", () => {
    assert.deepEqual(metadataChange({}, { toString: "1", constructor: "2" }), { toString: null, constructor: null });
  });
});

describe("isSameMetadata", () => {
  it("ignores the order of the entries", () => {
    assert.equal(isSameMetadata({ a: "1", b: "2" }, { b: "2", a: "1" }), true);
  });

  it("treats missing metadata as empty", () => {
    assert.equal(isSameMetadata(undefined, {}), true);
    assert.equal(isSameMetadata({}, undefined), true);
    assert.equal(isSameMetadata({ a: "1" }, undefined), false);
  });

  it("finds another value, another key, and one entry more or less", () => {
    for (const other of [{ a: "2" }, { b: "1" }, { a: "1", b: "2" }, {}]) {
      assert.equal(isSameMetadata({ a: "1" }, other), false);
    }
  });
});

describe("createParams and updateParams", () => {
  const content = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, marker };

  it("send the lookup key only at a create", () => {
    const metadata = { team: "identity", pulumi_owner: marker };
    assert.deepEqual(createParams(content), { lookup_key: "sso", name: "Single sign-on", metadata });
    assert.deepEqual(updateParams(content, content), { name: "Single sign-on", metadata });
  });

  it("unset a known marker that is not wanted", () => {
    const wanted = { ...content, metadata: {}, marker: undefined };
    assert.deepEqual(createParams(wanted)["metadata"], {});
    assert.deepEqual(updateParams(wanted, content)["metadata"], { team: null, pulumi_owner: null });
  });
});
