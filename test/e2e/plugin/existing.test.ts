import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inFullRun, itInFullRun } from "../../support/full-run";
import { type Outcome, severalCommands } from "../../support/pulumi";
import { isWrite, useStack } from "../../support/stack";
import { yamlFile } from "../../support/yaml-program";

const featureType = "stripe-entitlements:index:Feature";
const attachmentType = "stripe-entitlements:index:ProductFeature";

interface Imported {
  readonly type: string;
  readonly name: string;
  readonly id: string;
}

describe("Existing objects in a program in YAML", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"], main: yamlFile });
  let sso = "";
  let attachment = "";
  let api = "";
  let code = "";

  before(() => {
    const { dashboard } = stack();
    const metadata = { team: "identity" };
    sso = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on", metadata }).id;
    attachment = dashboard.attach("prod_team", sso).id;
    api = dashboard.createFeature({ lookupKey: "api", name: "API access" }).id;
    dashboard.attach("prod_enterprise", api);
    dashboard.createCustomer({ id: "cus_1", products: ["prod_enterprise"] });
  });

  /** Imports with generated code, which is written to `code.yaml`. */
  async function importFile(resources: readonly Imported[], ...args: readonly string[]): Promise<Outcome> {
    await writeFile(join(stack().directory, "import.json"), JSON.stringify({ resources }));
    return stack().run(["import", "--file", "import.json", "--out", "code.yaml", "--protect=false", "--yes", ...args]);
  }

  it("are imported by id, with the code that declares them and without a write", async () => {
    const { exitCode, output } = await importFile([
      { type: featureType, name: "sso", id: sso },
      { type: attachmentType, name: "team-sso", id: `prod_team/${attachment}` },
    ]);
    assert.equal(exitCode, 0, output);
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
    assert.equal(await stack().idOf("team-sso"), attachment);
    code = await readFile(join(stack().directory, "code.yaml"), "utf8");
    for (const line of [`lookupKey: sso`, `name: Single sign-on`, `team: identity`, `product: prod_team`]) {
      assert.ok(code.includes(line), code);
    }
    assert.doesNotMatch(code, /owner|adopt|active|livemode/);
  });

  it("are declared by the generated code, whose first `up` writes only the marker", async () => {
    await stack().up(code);
    assert.deepEqual(stack().takeRequests().filter(isWrite), [`POST /v1/entitlements/features/${sso}`]);
    assert.deepEqual(stack().dashboard.feature(sso)?.metadata, { team: "identity", pulumi_owner: "acme/dev/sso" });
    await stack().mustBeInLine();
  });

  it("are read by `get` and by functions, which never write", async () => {
    const [enterpriseApi] = stack().dashboard.productFeatures("prod_enterprise");
    await stack().up(`${code}
  read-api:
    type: stripe-entitlements:Feature
    get: { id: ${api} }
  read-attachment:
    type: stripe-entitlements:ProductFeature
    get: { id: prod_enterprise/${enterpriseApi?.id} }
variables:
  found: { "fn::invoke": { function: "stripe-entitlements:getFeature", arguments: { lookupKey: api } } }
  features: { "fn::invoke": { function: "stripe-entitlements:listFeatures", arguments: {} } }
  attached:
    "fn::invoke": { function: "stripe-entitlements:listProductFeatures", arguments: { product: prod_enterprise } }
  entitled: { "fn::invoke": { function: "stripe-entitlements:listActiveEntitlements", arguments: { customer: cus_1 } } }
  products: { "fn::invoke": { function: "stripe-entitlements:listProducts", arguments: { active: true } } }
outputs:
  api: ["\${read-api.lookupKey}", "\${read-api.name}", "\${read-api.active}", "\${read-api.livemode}"]
  attachment: ["\${read-attachment.product}", "\${read-attachment.entitlementFeature}"]
  found: ["\${found.id}", "\${found.name}"]
  feature: \${features.features[0].lookupKey}
  attached: \${attached.productFeatures[0].lookupKey}
  entitled: \${entitled.activeEntitlements[0].lookupKey}
  product: \${products.products[0].active}
`);
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
    const { stdout } = await stack().must(["stack", "output", "--json"]);
    const { feature, ...others } = JSON.parse(stdout);
    assert.ok(["api", "sso"].includes(feature));
    assert.deepEqual(others, {
      api: ["api", "API access", true, false],
      attachment: ["prod_enterprise", api],
      found: [api, "API access"],
      attached: "api",
      entitled: "api",
      product: true,
    });
  });

  it("are left alone by `destroy` if they were only read", async () => {
    await stack().destroy();
    assert.equal(stack().dashboard.feature(sso)?.active, false);
    assert.equal(stack().dashboard.feature(api)?.active, true);
    assert.deepEqual([stack().attached("prod_team"), stack().attached("prod_enterprise")], [[], ["api"]]);
  });

  it("are not imported by an id of the wrong kind, or when they are archived", async () => {
    for (const [resource, message] of [
      [{ type: featureType, name: "by-key", id: "api" }, /feat_…/] as const,
      [{ type: featureType, name: "archived", id: sso }, /archived/] as const,
      ...inFullRun(
        [{ type: featureType, name: "by-product", id: "prod_team" }, /feat_…/] as const,
        [{ type: attachmentType, name: "by-product", id: "prod_enterprise" }, /prod_…\/prodft_…/] as const,
        [{ type: attachmentType, name: "alone", id: attachment }, /prod_…\/prodft_…/] as const,
      ),
    ]) {
      const { exitCode, output } = await importFile([resource]);
      assert.notEqual(exitCode, 0, output);
      assert.match(output, message);
    }
    assert.deepEqual(await stack().objects(), []);
  });

  itInFullRun("are detached and archived by `destroy` right after the import", async () => {
    const { dashboard } = stack();
    const id = dashboard.createFeature({ lookupKey: "scim", name: "SCIM" }).id;
    const attached = dashboard.attach("prod_team", id).id;
    const { exitCode, output } = await importFile([
      { type: featureType, name: "scim", id },
      { type: attachmentType, name: "team-scim", id: `prod_team/${attached}` },
    ]);
    assert.equal(exitCode, 0, output);
    await stack().destroy();
    assert.equal(dashboard.feature(id)?.active, false);
    assert.deepEqual(stack().attached("prod_team"), []);
  });
});
