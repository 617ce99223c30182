import assert from "node:assert/strict";
import { defineCatalog, parseCatalog } from "../../../provider/catalog/index";
import { catalogRejection } from "../../support/rejection";
import plans from "./plans.json";

const catalog = defineCatalog({
  features: {
    sso: { name: "Single sign-on", metadata: { team: "identity" } },
    "audit-log": { name: "Audit log" },
    api: { name: "API access" },
    sla: { name: "Uptime guarantee" },
  },
  plans: {
    enterprise: { includes: ["team", "support"], features: ["sso"] },
    free: {},
    team: { features: ["audit-log", "api"] },
    support: { includes: ["team"], features: ["sla", "api"] },
  },
});

describe("defineCatalog", () => {
  it("keeps the features and plans in the order of the declaration", () => {
    assert.deepEqual(catalog.featureKeys, ["sso", "audit-log", "api", "sla"]);
    assert.deepEqual(catalog.planNames, ["enterprise", "free", "team", "support"]);
    assert.deepEqual(catalog.features.sso, { name: "Single sign-on", metadata: { team: "identity" } });
    assert.deepEqual(catalog.plans.team, { features: ["audit-log", "api"] });
    assert.deepEqual(catalog.plans.free, {});
  });

  it("lists each feature of a plan once, the plan's own first, with the plan that lists it", () => {
    assert.deepEqual(catalog.featuresOf("enterprise"), [
      { key: "sso", name: "Single sign-on", from: "enterprise" },
      { key: "audit-log", name: "Audit log", from: "team" },
      { key: "api", name: "API access", from: "team" },
      { key: "sla", name: "Uptime guarantee", from: "support" },
    ]);
    assert.deepEqual(
      catalog.featuresOf("support").map(({ key, from }) => [key, from]),
      [
        ["sla", "support"],
        ["api", "support"],
        ["audit-log", "team"],
      ],
    );
    assert.deepEqual(catalog.featuresOf("free"), []);
  });

  it("returns the matrix as plain data", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(catalog.matrix())), {
      sso: { enterprise: true, free: false, team: false, support: false },
      "audit-log": { enterprise: true, free: false, team: true, support: true },
      api: { enterprise: true, free: false, team: true, support: true },
      sla: { enterprise: true, free: false, team: false, support: true },
    });
  });

  it("returns a frozen copy of the declaration", () => {
    const declaration = { features: { sso: { name: "Single sign-on" } }, plans: { team: { features: ["sso"] } } };
    const parsed = parseCatalog(declaration);
    declaration.features.sso.name = "Changed";
    declaration.plans.team.features.push("other");
    assert.equal(parsed.features.sso.name, "Single sign-on");
    assert.deepEqual(parsed.plans.team.features, ["sso"]);
    const parts = [parsed, parsed.features, parsed.features.sso, parsed.plans.team.features, parsed.featureKeys];
    for (const part of [...parts, parsed.planNames, parsed.featuresOf("team"), parsed.featuresOf("team")[0]]) {
      assert.ok(Object.isFrozen(part));
    }
  });

  it("gives the same catalog for an imported JSON file and for data read at run time", () => {
    const read = parseCatalog(JSON.parse(JSON.stringify(plans)));
    for (const each of [parseCatalog(plans), read]) {
      assert.deepEqual(each.matrix(), {
        "audit-log": { free: false, team: true, enterprise: true },
        sso: { free: false, team: false, enterprise: true },
      });
    }
  });

  it("accepts a catalog without features and plans", () => {
    const empty = defineCatalog({ features: {}, plans: {} });
    assert.deepEqual([empty.featureKeys, empty.planNames, empty.matrix()], [[], [], {}]);
  });

  it("accepts names of Object.prototype and whole numbers as keys", () => {
    const odd = parseCatalog({
      features: { hasOwnProperty: { name: "a" }, constructor: { name: "b" }, 2: { name: "c" }, 1: { name: "d" } },
      plans: {
        toString: { features: ["constructor", "2"] },
        valueOf: { includes: ["toString"], features: ["hasOwnProperty"] },
      },
    } as unknown);
    assert.deepEqual(odd.featureKeys, ["1", "2", "hasOwnProperty", "constructor"]);
    assert.deepEqual(odd.planNames, ["toString", "valueOf"]);
    assert.deepEqual(odd.featuresOf("valueOf"), [
      { key: "hasOwnProperty", name: "a", from: "valueOf" },
      { key: "constructor", name: "b", from: "toString" },
      { key: "2", name: "c", from: "toString" },
    ]);
    assert.deepEqual(odd.matrix()["constructor"], { toString: true, valueOf: true });
    assert.ok(odd.entitlementsOf([{ lookup_key: "hasOwnProperty" }]).has("hasOwnProperty"));
    assert.deepEqual([...odd.entitlementsOf([{ lookup_key: "valueOf" }]).unknown], ["valueOf"]);
  });

  it("resolves a lattice of includes without following each of its billion paths", () => {
    const names = Array.from({ length: 60 }, (_, n) => `p${n}`);
    const lattice = names.map((name, n) => [name, { includes: names.slice(Math.max(0, n - 2), n), features: ["sso"] }]);
    const deep = parseCatalog({ features: { sso: { name: "S" } }, plans: Object.fromEntries(lattice) });
    assert.deepEqual(deep.featuresOf("p59"), [{ key: "sso", name: "S", from: "p59" }]);
  });

  it("rejects an unknown plan with a suggestion and the list of plans", () => {
    const error = catalogRejection(() => catalog.featuresOf("enterprize" as "enterprise"));
    assert.equal(error.hint, 'Its plans are "enterprise", "free", "team", "support".');
    assert.equal(
      error.message,
      `"enterprize" is not a plan of this catalog (did you mean "enterprise"?)\n${error.hint}`,
    );
    catalogRejection(() => catalog.featuresOf("constructor" as "team"));
  });
});
