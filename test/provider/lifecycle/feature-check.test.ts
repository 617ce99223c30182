import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { check } from "../../../provider/lifecycle/feature/index";
import type { LocalContext } from "../../../provider/lifecycle/session";
import { unknownValue } from "../../../provider/lifecycle/unknown";
import { localContext } from "../../support/test-environment";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", owner };

const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${n}`, "value"]));

function failuresOf(changes: Readonly<Record<string, unknown>>, ownership: LocalContext["ownership"] = "metadata") {
  return check(localContext({ ownership }), {}, { ...sso, ...changes }).failures;
}

describe("The check of a feature", () => {
  it("passes what is declared on, and leaves out what is not", () => {
    const news = { ...sso, metadata: { team: "identity" }, __provider: "code", active: undefined, livemode: null };
    const { inputs, failures } = check(localContext(), {}, news);
    assert.deepEqual(failures, []);
    assert.deepEqual(inputs, { ...sso, metadata: { team: "identity" } });
  });

  it("drops the marker where the stack writes none", () => {
    const { inputs } = check(localContext({ ownership: "none" }), {}, sso);
    assert.deepEqual(inputs, { lookupKey: "sso", name: "Single sign-on" });
  });

  for (const property of ["lookupKey", "name"]) {
    const cases: readonly [string, unknown, RegExp][] = [
      ["is missing", undefined, /is required/],
      ["is null", null, /is required/],
      ["is empty", "", /must not be empty/],
      ["is 81 characters long", "x".repeat(81), /not be longer than 80 characters/],
      ["is 81 emoji long", "😀".repeat(81), /not be longer than 80 characters/],
      ["is a number", 7, /must be a string/],
      ["is a list", ["sso"], /must be a string/],
      ["is a map", { a: "b" }, /must be a string/],
    ];
    for (const [name, value, reason] of cases) {
      it(`refuses a ${property} that ${name}, once and naming it`, () => {
        const failures = failuresOf({ [property]: value });
        assert.equal(failures.length, 1);
        assert.equal(failures[0]?.property, property);
        assert.match(failures[0]?.reason ?? "", reason);
      });
    }

    for (const value of ["x", "x".repeat(80), "😀".repeat(80), "a b/c[d]&=%", "ÄÖ 日本", " "]) {
      it(`takes the ${property} ${JSON.stringify(value.slice(0, 12))} of ${[...value].length} characters`, () => {
        assert.deepEqual(failuresOf({ [property]: value }), []);
      });
    }
  }

  it("refuses a property that does not exist, naming it", () => {
    assert.deepEqual(failuresOf({ lookup_key: "sso" }), [
      { property: "lookup_key", reason: "is not a property of this resource" },
    ]);
  });

  it("names every property that is wrong", () => {
    const failures = failuresOf({ lookupKey: "", name: "x".repeat(81), metadata: { a: "" }, other: 1 });
    assert.deepEqual(failures.map(({ property }) => property).toSorted(), ["lookupKey", "metadata", "name", "other"]);
  });
});

describe("The check of a feature's metadata", () => {
  const refused: readonly [string, unknown, RegExp][] = [
    ["an empty key", { "": "v" }, /"": a key must not be empty/],
    ["a key of 41 characters", { ["k".repeat(41)]: "v" }, /"k{41}": a key must not be longer than 40 characters/],
    ["a key with [", { "a[b": "v" }, /"a\[b": a key must not contain \[ or \]/],
    ["a key with ]", { "a]b": "v" }, /"a\]b": a key must not contain \[ or \]/],
    ["the marker's own key", { pulumi_owner: "me" }, /"pulumi_owner": this key is the provider's own/],
    ["a key that is lost on the way", JSON.parse('{ "__proto__": "v" }'), /cannot hold the key __proto__/],
    ["an empty value, which Stripe takes as the wish to unset", { team: "" }, /"team": must not be empty/],
    ["a value of 501 characters", { team: "v".repeat(501) }, /"team": must not be longer than 500 characters/],
    ["a value that is a number", { team: 1 }, /"team": must be a string/],
    ["a value that is true", { team: true }, /"team": must be a string/],
    ["a value that is null", { team: null }, /"team": must be a string/],
    ["a value that is a map", { team: { a: "b" } }, /"team": must be a string/],
    ["a text", "team=identity", /must be a map of strings/],
    ["a list", ["a"], /must be a map of strings/],
  ];
  for (const [name, metadata, reason] of refused) {
    it(`refuses ${name}, naming where`, () => {
      const failures = failuresOf({ metadata });
      assert.equal(failures.length, 1);
      assert.equal(failures[0]?.property, "metadata");
      assert.match(failures[0]?.reason ?? "", reason);
    });
  }

  const taken: readonly [string, unknown][] = [
    ["none", undefined],
    ["null, which is none", null],
    ["an empty map", {}],
    ["a key of 40 characters", { ["k".repeat(40)]: "v" }],
    ["a key of 40 emoji", { ["😀".repeat(40)]: "v" }],
    ["a value of 500 characters", { team: "v".repeat(500) }],
    ["a value of 500 emoji", { team: "😀".repeat(500) }],
    ["keys that objects have by nature", { constructor: "a", toString: "b", hasOwnProperty: "c" }],
    ["keys with characters that URLs are made of", { "a&b=c%d+e f": "v" }],
  ];
  for (const [name, metadata] of taken) {
    it(`takes ${name}`, () => assert.deepEqual(failuresOf({ metadata }), []));
  }

  it("leaves room for the marker: 49 entries fit, 50 do not", () => {
    assert.deepEqual(failuresOf({ metadata: entries(49) }), []);
    const [failure, ...others] = failuresOf({ metadata: entries(50) });
    assert.deepEqual(others, []);
    assert.equal(failure?.property, "metadata");
    assert.match(failure?.reason ?? "", /50 keys, at most 49 fit.*pulumi_owner/);
  });

  it("needs no room where the stack writes no marker: 50 entries fit, 51 do not", () => {
    assert.deepEqual(failuresOf({ metadata: entries(50) }, "none"), []);
    const [failure] = failuresOf({ metadata: entries(51) }, "none");
    assert.equal(failure?.reason, "has 51 keys, at most 50 fit");
  });

  it("names each entry that is wrong", () => {
    const failures = failuresOf({ metadata: { "a[": "v", team: "", ok: "v" } });
    assert.equal(failures.length, 2);
    assert.match(failures.map(({ reason }) => reason).join("\n"), /"a\[".*\n?.*"team"/s);
  });
});

describe("The check of a feature at preview", () => {
  it("knows an unknown value as Pulumi writes it", () => assert.equal(unknownValue, runtime.unknownValue));

  for (const unknown of [
    { lookupKey: unknownValue },
    { name: unknownValue },
    { metadata: unknownValue },
    { metadata: { team: unknownValue } },
    { lookupKey: unknownValue, name: unknownValue, metadata: unknownValue },
  ]) {
    it(`passes ${JSON.stringify(unknown).replaceAll(unknownValue, "?")} on`, () => {
      const { inputs, failures } = check(localContext(), {}, { ...sso, ...unknown });
      assert.deepEqual(failures, []);
      assert.deepEqual(inputs, { ...sso, ...unknown });
    });
  }

  it("still refuses what is known and wrong", () => {
    const failures = failuresOf({ lookupKey: unknownValue, name: "", metadata: { team: unknownValue, other: "" } });
    assert.deepEqual(failures.map(({ property }) => property).toSorted(), ["metadata", "name"]);
  });
});

describe("Two features with one lookup key", () => {
  const other = { ...sso, owner: "shop/production/other" };

  it("are refused in one run, naming the other resource", () => {
    const session = localContext();
    assert.deepEqual(check(session, {}, sso).failures, []);
    assert.deepEqual(check(session, {}, other).failures, [
      { property: "lookupKey", reason: `"sso" is declared by ${owner} already, and can be once only` },
    ]);
  });

  it("are one when a replacement is checked twice", () => {
    const session = localContext();
    check(session, sso, sso);
    assert.deepEqual(check(session, {}, sso).failures, []);
  });

  it("are fine when they swap their keys, and while the keys are not known", () => {
    const session = localContext();
    assert.deepEqual(check(session, sso, { ...sso, lookupKey: "saml" }).failures, []);
    assert.deepEqual(check(session, { ...other, lookupKey: "saml" }, other).failures, []);
    for (const unknown of [sso, other]) {
      assert.deepEqual(check(session, {}, { ...unknown, lookupKey: unknownValue }).failures, []);
    }
  });
});
