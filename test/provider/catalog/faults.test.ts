import assert from "node:assert/strict";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { RunError } from "@pulumi/pulumi";
import { CatalogError, isCatalogError, parseCatalog } from "../../../provider/catalog/index";
import { check } from "../../../provider/lifecycle/feature/index";
import { sessionOf } from "../../support/connection";
import { catalogRejection } from "../../support/rejection";

const features = { sso: { name: "Single sign-on" }, "audit-log": { name: "Audit log" } };
const plans = { team: { features: ["audit-log"] }, enterprise: { includes: ["team"], features: ["sso"] } };

/** The mistakes in a declaration, each as `path: reason`. */
function faultsOf(declaration: unknown): string[] {
  return catalogRejection(() => parseCatalog(declaration)).faults.map(({ path, reason }) => `${path}: ${reason}`);
}

const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${n}`, "value"]));

describe("A declaration that is wrong", () => {
  const inPlans: readonly [string, object, readonly string[]][] = [
    [
      "a feature that is not there",
      { ...plans, enterprise: { includes: ["team"], features: ["sso", "audit-log", "ssso"] } },
      ['plans.enterprise.features[2]: "ssso" is no feature of this catalog (did you mean "sso"?)'],
    ],
    [
      "a feature that is like no other",
      { team: { features: ["reports"] } },
      ['plans.team.features[0]: "reports" is no feature of this catalog'],
    ],
    [
      "a feature in other letters",
      { team: { features: ["SSO"] } },
      ['plans.team.features[0]: "SSO" is no feature of this catalog (did you mean "sso"?)'],
    ],
    [
      "a feature by a name that objects have",
      { team: { features: ["constructor", "__proto__"] } },
      [
        'plans.team.features[0]: "constructor" is no feature of this catalog',
        'plans.team.features[1]: "__proto__" is no feature of this catalog',
      ],
    ],
    [
      "a plan that is not there",
      { ...plans, enterprise: { includes: ["taem"] } },
      ['plans.enterprise.includes[0]: "taem" is no plan of this catalog (did you mean "team"?)'],
    ],
    [
      "a feature twice in the list of one plan",
      { team: { features: ["sso", "audit-log", "sso"] } },
      ['plans.team.features[2]: "sso" is listed already, at [0]'],
    ],
    ["a plan that includes itself", { team: { includes: ["team"] } }, ["plans.team.includes: a cycle: team → team"]],
    [
      "a cycle of three plans, and a plan that leads into it",
      { start: { includes: ["a"] }, a: { includes: ["b"] }, b: { includes: ["c"] }, c: { includes: ["a"] } },
      ["plans.a.includes: a cycle: a → b → c → a"],
    ],
    [
      "two cycles through one plan",
      { a: { includes: ["b", "c"] }, b: { includes: ["a"] }, c: { includes: ["a"] } },
      ["plans.a.includes: a cycle: a → b → a", "plans.a.includes: a cycle: a → c → a"],
    ],
    ["a list that is a text", { team: { features: "sso" } }, ["plans.team.features: must be a list"]],
    ["a list that is null", { team: { includes: null } }, ["plans.team.includes: must be a list"]],
    ["a key that is a number", { team: { features: [1] } }, ["plans.team.features[0]: must be a string"]],
    ["a list with a hole", { team: { features: new Array(1) } }, ["plans.team.features[0]: must be a string"]],
    ["a plan that is a list", { team: ["sso"] }, ["plans.team: must be a plain object with features and includes"]],
    [
      "a property that is misspelt",
      { "team plan": { fetures: ["sso"] } },
      ['plans["team plan"].fetures: there is no such property (did you mean "features"?)'],
    ],
    ["a plan without a name", { "": {} }, ['plans[""]: a key must not be empty']],
    [
      "a plan with a long name",
      { ["p".repeat(81)]: {} },
      [`plans.${"p".repeat(81)}: a key must not be longer than 80 characters`],
    ],
  ];
  for (const [title, wrong, faults] of inPlans) {
    it(`names where it has ${title}`, () => {
      assert.deepEqual(faultsOf({ features, plans: wrong }), faults);
    });
  }

  const inFeatures: readonly [string, object, readonly string[]][] = [
    ["no name", { sso: {} }, ["features.sso.name: is required"]],
    ["an empty name", { sso: { name: "" } }, ["features.sso.name: must not be empty"]],
    ["a long name", { sso: { name: "😀".repeat(81) } }, ["features.sso.name: must not be longer than 80 characters"]],
    ["a name that is a number", { sso: { name: 5 } }, ["features.sso.name: must be a string"]],
    ["an empty key", { "": { name: "x" } }, ['features[""]: a key must not be empty']],
    [
      "a long key",
      { ["😀".repeat(81)]: { name: "x" } },
      [`features["${"😀".repeat(81)}"]: a key must not be longer than 80 characters`],
    ],
    [
      "a text for a feature",
      { sso: "Single sign-on" },
      ["features.sso: must be a plain object with name and metadata"],
    ],
    ["nothing for a feature", { sso: null }, ["features.sso: must be a plain object with name and metadata"]],
    [
      "a lookup key besides",
      { "a.b": { name: "x", lookupKey: "sso" } },
      ['features["a.b"].lookupKey: there is no such property'],
    ],
    [
      "fifty entries of metadata",
      { sso: { name: "x", metadata: entries(50) } },
      [
        "features.sso.metadata: has 50 keys, at most 49 fit: Stripe keeps 50, and one of them is the provider's marker pulumi_owner",
      ],
    ],
  ];
  for (const [title, wrong, faults] of inFeatures) {
    it(`names where it has ${title}`, () => {
      assert.deepEqual(faultsOf({ features: wrong, plans: {} }), faults);
    });
  }

  it("is refused in the words in which a Feature's metadata is refused", () => {
    const wrong: readonly unknown[] = [
      ...[{ "": "v" }, { ["k".repeat(41)]: "v" }, { "a[b": "v" }, { "a]b": "v" }, { pulumi_owner: "me" }],
      ...[{ team: "" }, { team: "v".repeat(501) }, { team: 1 }, { team: null }, "team=identity", ["a"], entries(50)],
      JSON.parse('{ "__proto__": "v" }'),
    ];
    for (const metadata of wrong) {
      const news = { lookupKey: "sso", name: "x", metadata, owner: "shop/production/sso" };
      const [fault] = catalogRejection(() =>
        parseCatalog({ features: { sso: { name: "x", metadata } }, plans: {} }),
      ).faults;
      const [failure] = check(sessionOf(), {}, news).failures;
      assert.ok(
        fault?.reason !== undefined && failure?.reason.endsWith(fault.reason),
        `${fault?.reason} ${failure?.reason}`,
      );
    }
  });

  it("is refused where its metadata cannot be copied", () => {
    const metadata = JSON.parse('{ "__proto__": "v" }');
    assert.deepEqual(faultsOf({ features: { sso: { name: "x", metadata } }, plans: {} }), [
      "features.sso.metadata: cannot hold the key __proto__",
    ]);
  });

  it("may have 49 entries of metadata, and texts as long as Stripe takes", () => {
    const metadata = { ...entries(48), ["k".repeat(40)]: "😀".repeat(500) };
    parseCatalog({
      features: { ["k".repeat(80)]: { name: "n".repeat(80), metadata } },
      plans: { ["p".repeat(80)]: {} },
    });
  });

  it("is no declaration at all", () => {
    const shape = ": must be a plain object with features and plans";
    for (const value of [undefined, null, "x", 5, []]) assert.deepEqual(faultsOf(value), [shape]);
    assert.deepEqual(faultsOf({}), ["features: is required", "plans: is required"]);
    assert.deepEqual(faultsOf({ features: [], plans: "x" }), [
      "features: must be a plain object",
      "plans: must be a plain object",
    ]);
    assert.deepEqual(faultsOf({ features, plans, planz: {} }), [
      'planz: there is no such property (did you mean "plans"?)',
    ]);
  });

  class Declared {
    features = {};
    get plans() {
      return {};
    }
  }
  const exotic: readonly [string, object][] = [
    ["a Map", new Map(Object.entries(features))],
    ["a Set", new Set(["sso"])],
    ["a date", new Date()],
    ["an instance of a class", new Declared()],
    ["an object that inherits", Object.create(features)],
    ["an object whose __proto__ is written out", { __proto__: features }],
    ["a promise", Promise.resolve(features)],
  ];
  for (const [title, value] of exotic) {
    it(`is refused, and never taken for empty, where it has ${title} for a plain object`, () => {
      assert.deepEqual(faultsOf(value), [": must be a plain object with features and plans"]);
      assert.deepEqual(faultsOf({ features: value, plans: value }), [
        "features: must be a plain object",
        "plans: must be a plain object",
      ]);
      assert.deepEqual(faultsOf({ features: { sso: value }, plans: { team: value } }), [
        "features.sso: must be a plain object with name and metadata",
        "plans.team: must be a plain object with features and includes",
      ]);
      assert.deepEqual(faultsOf({ features: { sso: { name: "x", metadata: value } }, plans: {} }), [
        "features.sso.metadata: must be a map of strings as a plain object",
      ]);
    });
  }

  it("may be made of objects without a prototype, and of those of another realm", () => {
    const bare = Object.assign(Object.create(null), { features: Object.assign(Object.create(null), features), plans });
    assert.deepEqual(parseCatalog(bare).featureKeys, ["sso", "audit-log"]);
    const foreign = runInNewContext("({ features: { sso: { name: 'x' } }, plans: { team: { features: ['sso'] } } })");
    assert.deepEqual(parseCatalog(foreign).featureKeys, ["sso"]);
  });

  it("is read without what is not enumerable", () => {
    const hidden = Object.defineProperty({ plans }, "features", { value: features });
    assert(faultsOf(hidden).includes("features: is required"));
  });

  it("cannot have the key __proto__ for a feature or a plan", () => {
    const declaration = `{ "features": { "__proto__": { "name": "x" } }, "plans": { "__proto__": {} } }`;
    assert.deepEqual(faultsOf(JSON.parse(declaration)), [
      "features.__proto__: a key must not be __proto__",
      "plans.__proto__: a key must not be __proto__",
    ]);
  });

  it("is told with everything that is wrong in one error, known by its name", () => {
    const wrong = { features: { sso: { name: "" } }, plans: { team: { features: ["ssso"] }, a: { includes: ["a"] } } };
    const error = catalogRejection(() => parseCatalog(wrong));
    assert.equal(
      error.message,
      [
        "The catalog is wrong:",
        "  features.sso.name: must not be empty",
        '  plans.team.features[0]: "ssso" is no feature of this catalog (did you mean "sso"?)',
        "  plans.a.includes: a cycle: a → a",
        "Correct the declaration at the path that is named.",
      ].join("\n"),
    );
    assert.equal(error.hint, "Correct the declaration at the path that is named.");
    assert(isCatalogError(Object.assign(new Error("of another copy"), { name: "CatalogError" })));
    assert(!isCatalogError(new Error("x")) && !isCatalogError({ name: "CatalogError" }) && !isCatalogError(undefined));
  });

  it("is told in one line where one thing is wrong", () => {
    const error = catalogRejection(() => parseCatalog({ features: {}, plans: { team: 1 } }));
    const hint = "Correct the declaration at the path that is named.";
    assert.equal(
      error.message,
      `The catalog is wrong: plans.team: must be a plain object with features and includes\n${hint}`,
    );
    assert.equal(
      catalogRejection(() => parseCatalog(1)).message,
      `The catalog is wrong: the declaration: must be a plain object with features and plans\n${hint}`,
    );
  });

  it("is shown in a Pulumi program by its message alone, and in others without a dump of its properties", () => {
    const error = catalogRejection(() => parseCatalog({ features: {}, plans: { team: 1 } }));
    assert(RunError.isInstance(error));
    assert.equal(inspect(error), error.stack);
    assert(error.stack?.startsWith(`CatalogError: ${error.message}\n    at `), error.stack);
    assert.equal(String(error), `CatalogError: ${error.message}`);
    assert(error instanceof CatalogError && error instanceof Error);
    assert.equal(error.faults.length, 1);
  });
});
