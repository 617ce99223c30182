import assert from "node:assert/strict";
import { idsOf } from "../../support/moved-stack";
import { severalCommands } from "../../support/pulumi";
import { useStack } from "../../support/stack";
import { yamlFile } from "../../support/yaml-program";

const features = { sso: { name: "Single sign-on", metadata: { team: "identity" } }, audit: { name: "Audit log" } };
const plans = { team: { features: ["audit"] }, enterprise: { includes: ["team"], features: ["sso"] } };
const products = { team: "prod_team", enterprise: "prod_enterprise" };

/** Declares the catalog in YAML. JSON is YAML. */
const catalog = (properties: object = {}, more = "") => `resources:
  acme:
    type: stripe-entitlements:EntitlementCatalog
    properties: ${JSON.stringify({ features, plans, products, ...properties })}
${more}
outputs:
  featureIds: \${acme.featureIds}
  attachmentIds: \${acme.attachmentIds}
  matrix: \${acme.matrix}
`;

/** Declares a catalog with a product that comes from another resource: the key of a feature. */
const catalogOfResource = (properties: object = {}) =>
  catalog(
    { products: { ...products, team: "${team-product.lookupKey}" }, ...properties },
    `  team-product:
    type: stripe-entitlements:Feature
    properties: { lookupKey: prod_team, name: The id of a product }`,
  );

const children = ["acme/audit", "acme/enterprise/audit", "acme/enterprise/sso", "acme/sso", "acme/team/audit"];

describe("An EntitlementCatalog in YAML", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"], main: yamlFile });

  it("rejects mistakes in the catalog, and products of other plans, and registers nothing", async () => {
    const wrongPlan = { plans: { team: { features: ["sos"] }, enterprise: {} } };
    await stack().program(catalog(wrongPlan));
    const mistaken = await stack().run(["preview"]);
    assert.notEqual(mistaken.exitCode, 0);
    assert.match(mistaken.output, /EntitlementCatalog "acme": .*plans\.team\.features\[0\]: "sos" is not a feature/);
    const unsafe = JSON.parse('{ "name": "Audit log", "metadata": { "__proto__": "x" } }');
    await stack().program(catalog({ features: { ...features, audit: unsafe } }));
    assert.match((await stack().run(["preview"])).output, /EntitlementCatalog "acme": a key must not be __proto__/);
    await stack().program(catalog({ products: { team: "prod_team" } }));
    const missing = await stack().run(["preview"]);
    assert.notEqual(missing.exitCode, 0);
    assert.match(missing.output, /products must have exactly the catalog's plans.*Missing: "enterprise"/s);
    assert.deepEqual(stack().dashboard.features(), []);
  });

  it("creates the children of the class of the same name, with one provider", async () => {
    await stack().up(catalogOfResource());
    const names = (await idsOf(stack())).map((line) => line.split(" ")[0]);
    assert.deepEqual(names, [...children, "team-product"]);
    assert.deepEqual(stack().attached("prod_team"), ["audit"]);
    assert.deepEqual(stack().attached("prod_enterprise"), ["audit", "sso"]);
    const resources = await stack().exported();
    const providers = resources.filter(({ type }) => type === "pulumi:providers:stripe-entitlements");
    assert.equal(providers.length, 1);
    const { outputs } = resources.find(({ type }) => type === "pulumi:pulumi:Stack") ?? {};
    assert.deepEqual(outputs?.["matrix"], {
      sso: { team: false, enterprise: true },
      audit: { team: true, enterprise: true },
    });
    assert.deepEqual(outputs?.["featureIds"], {
      sso: await stack().idOf("acme/sso"),
      audit: await stack().idOf("acme/audit"),
    });
    await stack().mustBeInLine();
  });

  it("lets a product replace no attachment of another plan, and no feature", async () => {
    const resources = await stack().exported();
    const [feature, attachment] = ["acme/audit", "acme/enterprise/audit"].map((name) =>
      resources.find(({ urn }) => urn.endsWith(`::${name}`)),
    );
    assert.ok(feature && attachment);
    // With a property that comes from the product, the engine would replace the resource with it.
    assert.deepEqual(feature.dependencies ?? [], []);
    assert.deepEqual(Object.values(feature.propertyDependencies ?? {}).flat(), []);
    assert.deepEqual(attachment.propertyDependencies, { product: [], entitlementFeature: [feature.urn] });
  });

  it("changes and removes only what the catalog says", async () => {
    const changed = { ...plans, enterprise: { features: ["sso"] } };
    await stack().program(catalogOfResource({ plans: changed }));
    stack().takeRequests();
    await stack().up();
    assert.deepEqual(stack().attached("prod_enterprise"), ["sso"]);
    assert.deepEqual(stack().attached("prod_team"), ["audit"]);
    assert.equal(
      stack()
        .takeRequests()
        .filter((request) => !request.startsWith("GET")).length,
      1,
    );
    await stack().destroy();
  });
});

describe("A catalog in YAML with a child that fails", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"], main: yamlFile });
  const after = `  after-catalog:
    type: stripe-entitlements:Feature
    properties: { lookupKey: api, name: API access }`;
  const changed = {
    features: { ...features, sso: { name: "SSO" }, scim: { name: "Provisioning" } },
    plans: { ...plans, enterprise: { includes: ["team"], features: ["sso", "scim"] } },
  };

  /** Runs an `up` in which the feature fails, and creates take a second. Returns the output. */
  async function mustFail(feature: string, program: string, flags: readonly string[]): Promise<string> {
    const { faults } = stack().emulator;
    const [create, update] = ["/v1/entitlements/features", "/v1/entitlements/features/:id"];
    const added = [
      faults.add({ kind: "latency", ms: 1_000, method: "POST", route: create }),
      faults.add({ kind: "status", status: 400, method: "POST", route: update }),
    ];
    await stack().program(program);
    const { exitCode, output } = await stack().run(["up", "--skip-preview", ...flags]);
    for (const fault of added) fault.remove();
    assert.notEqual(exitCode, 0, output);
    assert.ok(output.includes(`Feature "${feature}" `), output);
    return output;
  }

  const names = async () => (await idsOf(stack())).map((line) => line.split(" ")[0]);
  const takeDeletes = () =>
    stack()
      .takeRequests()
      .filter((request) => request.startsWith("DELETE"));

  it("creates the rest of the program with --continue-on-error, and the next `up` creates it", async () => {
    const existing = stack().dashboard.createFeature({ lookupKey: "sso", name: "Made by hand" });
    const output = await mustFail("acme/sso", catalog({}, after), ["--continue-on-error"]);
    assert.doesNotMatch(output, /resource 'acme' has a problem/);
    assert.deepEqual(stack().attached("prod_team"), ["audit"]);
    assert.deepEqual(stack().attached("prod_enterprise"), ["audit"]);
    assert.deepEqual(await names(), ["acme/audit", "acme/enterprise/audit", "acme/team/audit", "after-catalog"]);
    stack().dashboard.archiveFeature(existing.id);
    await stack().up(catalog());
    assert.deepEqual(stack().attached("prod_enterprise"), ["audit", "sso"]);
    await stack().mustBeInLine();
  });

  for (const flags of [[], ["--parallel", "1"], ["--continue-on-error"]]) {
    it(`deletes nothing in \`${["up", ...flags].join(" ")}\` whose update of a feature fails`, async () => {
      const before = await idsOf(stack());
      stack().takeRequests();
      await mustFail("acme/sso", catalog(changed), flags);
      assert.deepEqual(takeDeletes(), []);
      const now = await idsOf(stack());
      for (const line of before) assert.ok(now.includes(line), line);
    });
  }

  it("has created what is new beside it with --continue-on-error", async () => {
    const name = async () => stack().dashboard.feature(await stack().idOf("acme/sso"))?.name;
    assert.deepEqual(stack().attached("prod_enterprise"), ["audit", "scim", "sso"]);
    assert.equal(await name(), "Single sign-on");
    await stack().up();
    assert.equal(await name(), "SSO");
    await stack().mustBeInLine();
  });

  it("keeps the attachments of a feature that cannot be created again", async () => {
    const { dashboard } = stack();
    dashboard.archiveFeature(await stack().idOf("acme/audit"));
    const foreign = dashboard.createFeature({ lookupKey: "audit", name: "Made by hand" });
    const attachments = [await stack().idOf("acme/team/audit"), await stack().idOf("acme/enterprise/audit")];
    stack().takeRequests();
    await mustFail("acme/audit", catalog(changed), ["--continue-on-error", "--refresh"]);
    assert.deepEqual(takeDeletes(), []);
    assert.deepEqual([await stack().idOf("acme/team/audit"), await stack().idOf("acme/enterprise/audit")], attachments);
    const component = (await stack().exported()).find(({ type }) => type.endsWith(":EntitlementCatalog"));
    // The ids that this run does not know are not in the state.
    const { team = {}, enterprise = {} } = (component?.outputs?.["attachmentIds"] ?? {}) as Record<string, object>;
    assert.deepEqual([Object.keys(team), Object.keys(enterprise)], [[], ["scim", "sso"]]);
    dashboard.archiveFeature(foreign.id);
    await stack().up();
    assert.deepEqual(stack().attached("prod_team"), ["audit"]);
    await stack().mustBeInLine();
  });
});

describe("A stack whose catalog moves from TypeScript to YAML", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"] });

  it("sends nothing and keeps all objects", async () => {
    await stack().up(`
const { EntitlementCatalog } = require("pulumi-stripe-entitlements");
const { defineCatalog } = require("pulumi-stripe-entitlements/catalog");
const catalog = defineCatalog(${JSON.stringify({ features, plans })});
new EntitlementCatalog("acme", { catalog, products: ${JSON.stringify(products)} });
`);
    const ids = await idsOf(stack());
    assert.equal(ids.length, children.length);
    stack().takeRequests();
    const moved = await stack().inYaml();
    await moved.up(catalog());
    assert.deepEqual(stack().takeRequests(), []);
    assert.deepEqual(await idsOf(moved), ids);
    await moved.mustBeInLine();
    assert.doesNotMatch(JSON.stringify(await moved.exported()), /__provider/);
  });
});
