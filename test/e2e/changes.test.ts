import assert from "node:assert/strict";
import { describeInFullRun, inFullRun, itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

const ownerOfSso = { pulumi_owner: "acme/dev/sso" };

describe("Changing a feature in the program", function () {
  this.timeout(severalCommands);
  const stack = useStack();
  let id = "";

  const sso = () => {
    const [feature, ...others] = stack().dashboard.features();
    assert.deepEqual(others, []);
    assert.ok(feature);
    return feature;
  };

  before(async () => {
    await stack().up(
      `new Feature("sso", { lookupKey: "sso", name: "SSO", metadata: { team: "identity", tier: "gold" } });`,
    );
    id = sso().id;
    stack().takeRequests();
  });

  it("renames the feature in place, with one request", async () => {
    await stack().up(
      `new Feature("sso", { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity", tier: "gold" } });`,
    );
    assert.deepEqual(stack().takeRequests().filter(isWrite), [`POST /v1/entitlements/features/${id}`]);
    assert.equal(sso().name, "Single sign-on");
    assert.equal(await stack().idOf("sso"), id);
  });

  it("removes only the metadata key that is no longer declared", async () => {
    await stack().up(
      `new Feature("sso", { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" } });`,
    );
    assert.deepEqual(sso().metadata, { team: "identity", ...ownerOfSso });
    assert.equal(sso().id, id);
  });

  itInFullRun("removes all metadata except the marker when the map is removed", async () => {
    await stack().up(`new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });`);
    assert.deepEqual(sso().metadata, ownerOfSso);
  });

  itInFullRun("stores values with characters of a form encoding or a template unchanged", async () => {
    const metadata = { "a key & = %5B": "é 🦄 + & = %20", constructor: "kept", count: "0" };
    await stack().up(
      `new Feature("sso", { lookupKey: "sso", name: "A & B = 50 % + ü", metadata: ${JSON.stringify(metadata)} });`,
    );
    assert.equal(sso().name, "A & B = 50 % + ü");
    assert.deepEqual({ ...sso().metadata }, { ...metadata, ...ownerOfSso });
    await stack().mustBeInLine();
  });

  it("changes only the marker when the resource is renamed with an alias", async () => {
    await stack().up(
      `new Feature("single-sign-on", { lookupKey: "sso", name: "Single sign-on" }, { aliases: [{ name: "sso" }] });`,
    );
    assert.equal(sso().id, id);
    assert.equal(sso().active, true);
    assert.deepEqual(sso().metadata, { pulumi_owner: "acme/dev/single-sign-on" });
    assert.equal(await stack().idOf("single-sign-on"), id);
  });
});

describe("Changing the lookup key of a feature", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"] });
  const program = (lookupKey: string) => `
const sso = new Feature("sso", { lookupKey: "${lookupKey}", name: "Single sign-on" });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
new ProductFeature("enterprise-sso", { product: "prod_enterprise", entitlementFeature: sso.id });
`;

  it("attaches a new feature first, then detaches the old one, then archives it", async () => {
    await stack().up(program("sso"));
    const old = await stack().idOf("sso");
    stack().takeRequests();
    await stack().up(program("saml"));
    const writes = stack().takeRequests().filter(isWrite);
    const byStep = [
      writes.slice(0, 1),
      writes.slice(1, 3).sort(),
      writes.slice(3, 5).map(withoutId).sort(),
      writes.slice(5),
    ];
    assert.deepEqual(byStep, [
      ["POST /v1/entitlements/features"],
      ["POST /v1/products/prod_enterprise/features", "POST /v1/products/prod_team/features"],
      ["DELETE /v1/products/prod_enterprise/features", "DELETE /v1/products/prod_team/features"],
      [`POST /v1/entitlements/features/${old}`],
    ]);
    assert.equal(stack().dashboard.feature(old)?.active, false);
    assert.deepEqual(stack().attached("prod_team"), ["saml"]);
    assert.deepEqual(stack().attached("prod_enterprise"), ["saml"]);
  });

  itInFullRun("can use the lookup key of an archived feature again", async () => {
    await stack().up(program("sso"));
    const active = stack()
      .dashboard.features({ archived: false })
      .map(({ lookup_key }) => lookup_key);
    assert.deepEqual(active, ["sso"]);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });

  itInFullRun("can change the product of its attachment in the same run", async () => {
    await stack().up(`
const first = new Feature("first", { lookupKey: "one", name: "One" });
new ProductFeature("team-first", { product: "prod_team", entitlementFeature: first.id });
`);
    await stack().up(`
const first = new Feature("first", { lookupKey: "two", name: "Two" });
new ProductFeature("team-first", { product: "prod_enterprise", entitlementFeature: first.id });
`);
    assert.deepEqual(stack().attached("prod_team"), []);
    assert.deepEqual(stack().attached("prod_enterprise"), ["two"]);
    await stack().mustBeInLine();
  });
});

const withoutId = (request: string): string => request.slice(0, request.lastIndexOf("/"));

describeInFullRun("pulumi up --replace", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const program = (options = "{}") => `
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" }, ${options});
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id }, ${options});
`;
  const urnOf = (type: string, name: string) =>
    `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/stripe-entitlements:${type}::${name}`;
  const both = ["--replace", urnOf("Feature", "sso"), "--replace", urnOf("ProductFeature", "team-sso")];
  const onServer = () => [stack().dashboard.features(), stack().dashboard.productFeatures("prod_team")];

  before(() => stack().up(program()));

  for (const [subject, flags] of [
    ["a feature and its attachment", both] as const,
    ...inFullRun(["a feature", both.slice(0, 2)] as const, ["an attachment", both.slice(2)] as const),
  ]) {
    it(`keeps the objects of ${subject}`, async () => {
      const before = onServer();
      await stack().up(undefined, ...flags);
      assert.deepEqual(onServer(), before);
    });
  }

  it("does not archive a feature with deleteBeforeReplace, and attaches it again", async () => {
    await stack().up(program("{ deleteBeforeReplace: true }"));
    const before = stack().dashboard.features();
    await stack().up(undefined, "--replace", urnOf("Feature", "sso"));
    assert.deepEqual(stack().dashboard.features(), before);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });

  itInFullRun("does not detach an attachment with deleteBeforeReplace", async () => {
    const before = onServer();
    await stack().up(undefined, "--replace", urnOf("ProductFeature", "team-sso"));
    assert.deepEqual(onServer(), before);
    await stack().mustBeInLine();
  });
});
