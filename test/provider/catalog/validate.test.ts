import assert from "node:assert/strict";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { RunError } from "@pulumi/pulumi";
import { CatalogError, isCatalogError, parseCatalog } from "../../../provider/catalog/index";
import { check } from "../../../provider/dynamic/feature";
import { catalogRejection } from "../../support/rejection";

const features = { sso: { name: "Single sign-on" }, "audit-log": { name: "Audit log" } };
const plans = { team: { features: ["audit-log"] }, enterprise: { includes: ["team"], features: ["sso"] } };

/** Returns the issues of a declaration, each as `path: reason`. */
function issuesOf(declaration: unknown): string[] {
  return catalogRejection(() => parseCatalog(declaration)).issues.map(({ path, reason }) => `${path}: ${reason}`);
}

const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${n}`, "value"]));

describe("parseCatalog with an invalid declaration", () => {
  const inPlans: readonly [string, object, readonly string[]][] = [
    [
      "an unknown feature, with a suggestion",
      { ...plans, enterprise: { includes: ["team"], features: ["sso", "audit-log", "ssso"] } },
      ['plans.enterprise.features[2]: "ssso" is not a feature of this catalog (did you mean "sso"?)'],
    ],
    [
      "an unknown feature without a suggestion when none is similar",
      { team: { features: ["reports"] } },
      ['plans.team.features[0]: "reports" is not a feature of this catalog'],
    ],
    [
      "a feature whose letters differ in case",
      { team: { features: ["SSO"] } },
      ['plans.team.features[0]: "SSO" is not a feature of this catalog (did you mean "sso"?)'],
    ],
    [
      "an unknown feature with a name of Object.prototype",
      { team: { features: ["constructor", "__proto__"] } },
      [
        'plans.team.features[0]: "constructor" is not a feature of this catalog',
        'plans.team.features[1]: "__proto__" is not a feature of this catalog',
      ],
    ],
    [
      "an unknown plan, with a suggestion",
      { ...plans, enterprise: { includes: ["taem"] } },
      ['plans.enterprise.includes[0]: "taem" is not a plan of this catalog (did you mean "team"?)'],
    ],
    [
      "a feature listed twice in one plan",
      { team: { features: ["sso", "audit-log", "sso"] } },
      ['plans.team.features[2]: "sso" is already listed at [0]'],
    ],
    ["a plan that includes itself", { team: { includes: ["team"] } }, ["plans.team.includes: is a cycle: team → team"]],
    [
      "a cycle of three plans once, although another plan leads into it",
      { start: { includes: ["a"] }, a: { includes: ["b"] }, b: { includes: ["c"] }, c: { includes: ["a"] } },
      ["plans.a.includes: is a cycle: a → b → c → a"],
    ],
    [
      "two cycles through one plan",
      { a: { includes: ["b", "c"] }, b: { includes: ["a"] }, c: { includes: ["a"] } },
      ["plans.a.includes: is a cycle: a → b → a", "plans.a.includes: is a cycle: a → c → a"],
    ],
    ["a string in place of a list", { team: { features: "sso" } }, ["plans.team.features: must be a list"]],
    ["null in place of a list", { team: { includes: null } }, ["plans.team.includes: must be a list"]],
    ["a number in place of a key", { team: { features: [1] } }, ["plans.team.features[0]: must be a string"]],
    ["a hole in a list", { team: { features: new Array(1) } }, ["plans.team.features[0]: must be a string"]],
    ["a list in place of a plan", { team: ["sso"] }, ["plans.team: must be a plain object with features and includes"]],
    [
      "a misspelt property, with a suggestion",
      { "team plan": { fetures: ["sso"] } },
      ['plans["team plan"].fetures: is not a known property (did you mean "features"?)'],
    ],
    ["an empty plan name", { "": {} }, ['plans[""]: a key must not be empty']],
    [
      "a plan name of 81 characters",
      { ["p".repeat(81)]: {} },
      [`plans.${"p".repeat(81)}: a key must not be longer than 80 characters`],
    ],
  ];
  for (const [title, wrong, issues] of inPlans) {
    it(`reports ${title}`, () => {
      assert.deepEqual(issuesOf({ features, plans: wrong }), issues);
    });
  }

  const inFeatures: readonly [string, object, readonly string[]][] = [
    ["a missing name", { sso: {} }, ["features.sso.name: is required"]],
    ["an empty name", { sso: { name: "" } }, ["features.sso.name: must not be empty"]],
    [
      "a name of 81 characters",
      { sso: { name: "😀".repeat(81) } },
      ["features.sso.name: must not be longer than 80 characters"],
    ],
    ["a number in place of a name", { sso: { name: 5 } }, ["features.sso.name: must be a string"]],
    ["an empty lookup key", { "": { name: "x" } }, ['features[""]: a key must not be empty']],
    [
      "a lookup key of 81 characters",
      { ["😀".repeat(81)]: { name: "x" } },
      [`features["${"😀".repeat(81)}"]: a key must not be longer than 80 characters`],
    ],
    [
      "a string in place of a feature",
      { sso: "Single sign-on" },
      ["features.sso: must be a plain object with name and metadata"],
    ],
    ["null in place of a feature", { sso: null }, ["features.sso: must be a plain object with name and metadata"]],
    [
      "a lookupKey property",
      { "a.b": { name: "x", lookupKey: "sso" } },
      ['features["a.b"].lookupKey: is not a known property'],
    ],
    [
      "metadata with fifty entries",
      { sso: { name: "x", metadata: entries(50) } },
      [
        "features.sso.metadata: has 50 keys, at most 49 fit: Stripe keeps 50, and one of them is the provider's marker pulumi_owner",
      ],
    ],
  ];
  for (const [title, wrong, issues] of inFeatures) {
    it(`reports ${title}`, () => {
      assert.deepEqual(issuesOf({ features: wrong, plans: {} }), issues);
    });
  }

  it("rejects metadata with the reasons that Feature's check gives", async () => {
    process.env["STRIPE_API_KEY"] ??= "sk_test_validate";
    const wrong: readonly unknown[] = [
      ...[{ "": "v" }, { ["k".repeat(41)]: "v" }, { "a[b": "v" }, { "a]b": "v" }, { pulumi_owner: "me" }],
      ...[
        { team: "" },
        { team: "v".repeat(501) },
        { team: "\ud83d" },
        { team: 1 },
        { team: null },
        "team=identity",
        ["a"],
        entries(50),
      ],
      JSON.parse('{ "__proto__": "v" }'),
    ];
    for (const metadata of wrong) {
      const news = { lookupKey: "sso", name: "x", metadata, owner: "shop/production/sso" };
      const [issue] = catalogRejection(() =>
        parseCatalog({ features: { sso: { name: "x", metadata } }, plans: {} }),
      ).issues;
      const [failure] = (await check({}, news)).failures;
      assert.ok(
        issue?.reason !== undefined && failure?.reason.endsWith(issue.reason),
        `${issue?.reason} ${failure?.reason}`,
      );
    }
  });

  it("reports the metadata key __proto__", () => {
    const metadata = JSON.parse('{ "__proto__": "v" }');
    assert.deepEqual(issuesOf({ features: { sso: { name: "x", metadata } }, plans: {} }), [
      "features.sso.metadata: cannot hold the key __proto__",
    ]);
  });

  it("accepts 49 metadata entries, and the longest keys, names and values", () => {
    const metadata = { ...entries(48), ["k".repeat(40)]: "😀".repeat(500) };
    parseCatalog({
      features: { ["k".repeat(80)]: { name: "n".repeat(80), metadata } },
      plans: { ["p".repeat(80)]: {} },
    });
  });

  it("reports a declaration of the wrong shape", () => {
    const shape = ": must be a plain object with features and plans";
    for (const value of [undefined, null, "x", 5, []]) assert.deepEqual(issuesOf(value), [shape]);
    assert.deepEqual(issuesOf({}), ["features: is required", "plans: is required"]);
    assert.deepEqual(issuesOf({ features: [], plans: "x" }), [
      "features: must be a plain object",
      "plans: must be a plain object",
    ]);
    assert.deepEqual(issuesOf({ features, plans, planz: {} }), [
      'planz: is not a known property (did you mean "plans"?)',
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
    ["a Date", new Date()],
    ["an instance of a class", new Declared()],
    ["an object with a prototype", Object.create(features)],
    ["an object literal with __proto__", { __proto__: features }],
    ["a promise", Promise.resolve(features)],
  ];
  for (const [title, value] of exotic) {
    it(`rejects ${title} instead of treating it as empty`, () => {
      assert.deepEqual(issuesOf(value), [": must be a plain object with features and plans"]);
      assert.deepEqual(issuesOf({ features: value, plans: value }), [
        "features: must be a plain object",
        "plans: must be a plain object",
      ]);
      assert.deepEqual(issuesOf({ features: { sso: value }, plans: { team: value } }), [
        "features.sso: must be a plain object with name and metadata",
        "plans.team: must be a plain object with features and includes",
      ]);
      assert.deepEqual(issuesOf({ features: { sso: { name: "x", metadata: value } }, plans: {} }), [
        "features.sso.metadata: must be a map of strings as a plain object",
      ]);
    });
  }

  it("accepts objects without a prototype and objects of another realm", () => {
    const bare = Object.assign(Object.create(null), { features: Object.assign(Object.create(null), features), plans });
    assert.deepEqual(parseCatalog(bare).featureKeys, ["sso", "audit-log"]);
    const foreign = runInNewContext("({ features: { sso: { name: 'x' } }, plans: { team: { features: ['sso'] } } })");
    assert.deepEqual(parseCatalog(foreign).featureKeys, ["sso"]);
  });

  it("ignores properties that are not enumerable", () => {
    const hidden = Object.defineProperty({ plans }, "features", { value: features });
    assert.ok(issuesOf(hidden).includes("features: is required"));
  });

  it("reports the key __proto__ for a feature or a plan", () => {
    const declaration = `{ "features": { "__proto__": { "name": "x" } }, "plans": { "__proto__": {} } }`;
    assert.deepEqual(issuesOf(JSON.parse(declaration)), [
      "features.__proto__: a key must not be __proto__",
      "plans.__proto__: a key must not be __proto__",
    ]);
  });

  it("reports all issues in one error", () => {
    const wrong = { features: { sso: { name: "" } }, plans: { team: { features: ["ssso"] }, a: { includes: ["a"] } } };
    const error = catalogRejection(() => parseCatalog(wrong));
    assert.equal(
      error.message,
      [
        "The catalog is invalid:",
        "  features.sso.name: must not be empty",
        '  plans.team.features[0]: "ssso" is not a feature of this catalog (did you mean "sso"?)',
        "  plans.a.includes: is a cycle: a → a",
        "Correct the declaration at these paths.",
      ].join("\n"),
    );
    assert.equal(error.hint, "Correct the declaration at these paths.");
  });

  it("reports a single issue in one line", () => {
    const error = catalogRejection(() => parseCatalog({ features: {}, plans: { team: 1 } }));
    const hint = "Correct the declaration at this path.";
    assert.equal(
      error.message,
      `The catalog is invalid: plans.team: must be a plain object with features and includes\n${hint}`,
    );
    assert.equal(
      catalogRejection(() => parseCatalog(1)).message,
      `The catalog is invalid: the declaration: must be a plain object with features and plans\n${hint}`,
    );
  });

  it("throws an error that Pulumi prints without a stack, and Node without its properties", () => {
    const error = catalogRejection(() => parseCatalog({ features: {}, plans: { team: 1 } }));
    assert.ok(RunError.isInstance(error));
    assert.equal(inspect(error), error.stack);
    assert.ok(error.stack?.startsWith(`CatalogError: ${error.message}\n    at `), error.stack);
    assert.equal(String(error), `CatalogError: ${error.message}`);
    assert.ok(error instanceof CatalogError && error instanceof Error);
    assert.equal(error.issues.length, 1);
  });
});

describe("isCatalogError", () => {
  it("accepts the error of another copy of the package, and nothing else", () => {
    assert.ok(isCatalogError(Object.assign(new Error("of another copy"), { name: "CatalogError" })));
    for (const other of [new Error("x"), { name: "CatalogError" }, undefined]) assert.ok(!isCatalogError(other));
  });
});
