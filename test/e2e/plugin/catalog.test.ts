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
