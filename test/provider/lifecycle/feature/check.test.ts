import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import type { LocalContext } from "../../../../provider/lifecycle/context";
import { feature } from "../../../../provider/lifecycle/feature";
import { unknownValue } from "../../../../provider/lifecycle/inputs";
import type { UncheckedInputs } from "../../../../provider/lifecycle/resource-rules";
import { localContext } from "../../../support/test-environment";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on" };

const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${n}`, "value"]));

function check(context: LocalContext, news: UncheckedInputs, { olds = {}, by = owner }: Partial<CheckOptions> = {}) {
  return feature.check(context, { owner: by, olds, news });
}

interface CheckOptions {
  readonly olds: UncheckedInputs;
  /** The owner of the resource that is checked. */
  readonly by: string;
}

function failuresOf(changes: UncheckedInputs, ownership: LocalContext["ownership"] = "metadata") {
  return check(localContext({ ownership }), { ...sso, ...changes }).failures;
}

describe("Feature.check", () => {
  it("returns the declared properties and the owner, without absent values", () => {
    const news = { ...sso, metadata: { team: "identity" }, active: undefined, livemode: null };
    const { inputs, failures } = check(localContext(), news);
    assert.deepEqual(failures, []);
    assert.deepEqual(inputs, { ...sso, metadata: { team: "identity" }, owner });
  });

  it("returns no owner where the stack writes no markers", () => {
    const { inputs } = check(localContext({ ownership: "none" }), { ...sso, owner });
    assert.deepEqual(inputs, sso);
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
      it(`rejects a ${property} that ${name} with one failure that names it`, () => {
        const failures = failuresOf({ [property]: value });
        assert.equal(failures.length, 1);
        assert.equal(failures[0]?.property, property);
        assert.match(failures[0]?.reason ?? "", reason);
      });
    }

    for (const value of ["x", "x".repeat(80), "😀".repeat(80), "a b/c[d]&=%", "ÄÖ 日本"]) {
      const start = JSON.stringify(value.slice(0, 12));
      it(`accepts the ${property} ${start} of ${[...value].length} characters`, () => {
        assert.deepEqual(failuresOf({ [property]: value }), []);
      });
    }
  }

  it("rejects a property that a feature does not have, by its name", () => {
    assert.deepEqual(failuresOf({ lookup_key: "sso" }), [
      { property: "lookup_key", reason: "is not a property of this resource" },
    ]);
  });

  it("names every invalid property", () => {
    const failures = failuresOf({ lookupKey: "", name: "x".repeat(81), metadata: { a: "" }, other: 1 });
    assert.deepEqual(failures.map(({ property }) => property).toSorted(), ["lookupKey", "metadata", "name", "other"]);
  });

  it("rejects an invalid adoption policy and an invalid archiveWhileAttached", () => {
    assert.deepEqual(failuresOf({ adopt: "all", archiveWhileAttached: "yes" }), [
      { property: "adopt", reason: "must be one of owned, unowned, any, never" },
      { property: "archiveWhileAttached", reason: "must be true or false" },
    ]);
  });
});

describe("Feature.check of metadata", () => {
  const rejected: readonly [string, unknown, RegExp][] = [
    ["an empty key", { "": "v" }, /"": a key must not be empty/],
    ["a key of 41 characters", { ["k".repeat(41)]: "v" }, /"k{41}": a key must not be longer than 40 characters/],
    ["a key with [", { "a[b": "v" }, /"a\[b": a key must not contain \[ or \]/],
    ["a key with ]", { "a]b": "v" }, /"a\]b": a key must not contain \[ or \]/],
    ["the marker's own key", { pulumi_owner: "me" }, /"pulumi_owner": this key is the provider's own/],
    ["the key __proto__", JSON.parse('{ "__proto__": "v" }'), /cannot hold the key __proto__/],
    ["an empty value, which Stripe would unset", { team: "" }, /"team": must not be empty/],
    ["a value with half of an emoji", { team: "😀".slice(0, 1) }, /"team": must not contain half of a character/],
    ["a value of 501 characters", { team: "v".repeat(501) }, /"team": must not be longer than 500 characters/],
    ["a value that is a number", { team: 1 }, /"team": must be a string/],
    ["a value that is true", { team: true }, /"team": must be a string/],
    ["a value that is null", { team: null }, /"team": must be a string/],
    ["a value that is a map", { team: { a: "b" } }, /"team": must be a string/],
    ["a string", "team=identity", /must be a map of strings/],
    ["a list", ["a"], /must be a map of strings/],
  ];
  for (const [name, metadata, reason] of rejected) {
    it(`rejects ${name}, and names where`, () => {
      const failures = failuresOf({ metadata });
      assert.equal(failures.length, 1);
      assert.equal(failures[0]?.property, "metadata");
      assert.match(failures[0]?.reason ?? "", reason);
    });
  }

  const accepted: readonly [string, unknown][] = [
    ["no metadata", undefined],
    ["null as no metadata", null],
    ["an empty map", {}],
    ["a key of 40 characters", { ["k".repeat(40)]: "v" }],
    ["a key of 40 emoji", { ["😀".repeat(40)]: "v" }],
    ["a value of 500 characters", { team: "v".repeat(500) }],
    ["a value of 500 emoji", { team: "😀".repeat(500) }],
    ["keys that every object inherits", { constructor: "a", toString: "b", hasOwnProperty: "c" }],
    ["keys with the special characters of URLs", { "a&b=c%d+e f": "v" }],
  ];
  for (const [name, metadata] of accepted) {
    it(`accepts ${name}`, () => assert.deepEqual(failuresOf({ metadata }), []));
  }

  it("leaves room for the marker: 49 entries fit, 50 do not", () => {
    assert.deepEqual(failuresOf({ metadata: entries(49) }), []);
    const [failure, ...others] = failuresOf({ metadata: entries(50) });
    assert.deepEqual(others, []);
    assert.equal(failure?.property, "metadata");
    assert.match(failure?.reason ?? "", /50 keys, at most 49 fit.*pulumi_owner/);
  });

  it("accepts 50 entries and rejects 51 where the stack writes no markers", () => {
    assert.deepEqual(failuresOf({ metadata: entries(50) }, "none"), []);
    const [failure] = failuresOf({ metadata: entries(51) }, "none");
    assert.equal(failure?.reason, "has 51 keys, at most 50 fit");
  });

  it("names each invalid entry", () => {
    const failures = failuresOf({ metadata: { "a[": "v", team: "", ok: "v" } });
    assert.equal(failures.length, 2);
    assert.match(failures.map(({ reason }) => reason).join("\n"), /"a\[".*\n?.*"team"/s);
  });
});

describe("Feature.check at preview", () => {
  it("recognizes an unknown value by the text that Pulumi sends", () => {
    assert.equal(unknownValue, runtime.unknownValue);
  });

  for (const unknown of [
    { lookupKey: unknownValue },
    { name: unknownValue },
    { metadata: unknownValue },
    { metadata: { team: unknownValue } },
    { lookupKey: unknownValue, name: unknownValue, metadata: unknownValue },
  ]) {
    it(`accepts the unknown values ${JSON.stringify(unknown).replaceAll(unknownValue, "?")}`, () => {
      const { inputs, failures } = check(localContext(), { ...sso, ...unknown });
      assert.deepEqual(failures, []);
      assert.deepEqual(inputs, { ...sso, ...unknown, owner });
    });
  }

  it("rejects invalid known values beside unknown ones", () => {
    const failures = failuresOf({ lookupKey: unknownValue, name: "", metadata: { team: unknownValue, other: "" } });
    assert.deepEqual(failures.map(({ property }) => property).toSorted(), ["metadata", "name"]);
  });
});

describe("Feature.check of a lookup key that is declared twice", () => {
  const by = "shop/production/other";

  it("rejects the second resource, and names the first", () => {
    const context = localContext();
    assert.deepEqual(check(context, sso).failures, []);
    assert.deepEqual(check(context, sso, { by }).failures, [
      { property: "lookupKey", reason: `${owner} already declares "sso", and a lookup key names one active feature` },
    ]);
  });

  it("accepts a replacement, which the engine checks twice", () => {
    const context = localContext();
    check(context, sso, { olds: { ...sso, owner } });
    assert.deepEqual(check(context, sso).failures, []);
  });

  it("accepts two resources that swap their lookup keys", () => {
    const context = localContext();
    const saml = { ...sso, lookupKey: "saml" };
    assert.deepEqual(check(context, saml, { olds: { ...sso, owner } }).failures, []);
    assert.deepEqual(check(context, sso, { by, olds: { ...saml, owner: by } }).failures, []);
  });

  it("accepts two resources whose lookup keys are unknown", () => {
    const context = localContext();
    for (const each of [owner, by]) {
      assert.deepEqual(check(context, { ...sso, lookupKey: unknownValue }, { by: each }).failures, []);
    }
  });
});

describe("Feature.check after a failure", () => {
  function assertFailed(news: UncheckedInputs, subject: string) {
    const context = localContext();
    check(context, news);
    const message = `Feature: not deleted, because ${subject} failed in this run`;
    assert.throws(() => context.failures.assertNoFailure("Feature"), { kind: "notDeleted", message });
  }

  it("records which feature failed, so that nothing is deleted in this run", () => {
    assertFailed({ ...sso, name: "" }, 'Feature "sso" (lookup key "sso")');
  });

  it("names the resource alone where the lookup key is missing or unknown", () => {
    for (const lookupKey of [undefined, unknownValue]) assertFailed({ lookupKey, name: "" }, 'Feature "sso"');
  });
});
