import assert from "node:assert/strict";
import { itInFullRun } from "../../support/full-run";
import { type Outcome, severalCommands } from "../../support/pulumi";
import { isWrite, useTwoStacks } from "../../support/stack";
import { yamlFile } from "../../support/yaml-program";

describe("Another stack's feature in a program in YAML", function () {
  this.timeout(severalCommands);
  const stacks = useTwoStacks({ products: ["prod_team"], main: yamlFile });
  const stack = () => stacks().dev;
  let feature = "";
  let attachment = "";

  before("create the objects in the other stack", async () => {
    await stacks().staging.up(`resources:
  sso:
    type: stripe-entitlements:Feature
    properties: { lookupKey: sso, name: Single sign-on }
  team-sso:
    type: stripe-entitlements:ProductFeature
    properties: { product: prod_team, entitlementFeature: "\${sso.id}" }
`);
    feature = await stacks().staging.idOf("sso");
    attachment = await stacks().staging.idOf("team-sso");
  });

  /** Returns a program that imports the feature. */
  const importing = (adopt = "") => `resources:
  sso:
    type: stripe-entitlements:Feature
    properties: { lookupKey: sso, name: Single sign-on${adopt} }
    options: { import: ${feature} }
`;

  /** Runs `pulumi import` for one object. */
  function importOne(type: string, name: string, id: string): Promise<Outcome> {
    return stack().run(["import", `stripe-entitlements:index:${type}`, name, id, "--protect=false", "--yes"]);
  }

  /** Asserts that the command failed with an error that names the owner and the ways forward. */
  function assertRejected({ exitCode, output }: Outcome): void {
    assert.notEqual(exitCode, 0, output);
    assert.match(output, new RegExp(`"sso" \\(${feature}.*another stack, because its marker is acme/staging/sso`));
    assert.match(output, /To leave it to its stack, read it with `get`.*To take it over, declare it with adopt: "any"/);
  }

  /** Asserts that the feature is the other stack's, as it created it. */
  function assertUnchanged(): void {
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
    const { active, metadata } = stack().dashboard.feature(feature) ?? {};
    assert.deepEqual([active, metadata], [true, { pulumi_owner: "acme/staging/sso" }]);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  }

  beforeEach(() => stack().takeRequests());

  it("is not imported by `pulumi import`", async () => {
    await stack().program("resources: {}\n");
    assertRejected(await importOne("Feature", "sso", feature));
    assert.deepEqual(await stack().objects(), []);
    assertUnchanged();
  });

  it("is not imported by the option `import`", async () => {
    await stack().program(importing());
    assertRejected(await stack().run(["preview"]));
    assertRejected(await stack().run(["up", "--skip-preview"]));
    assertUnchanged();
  });

  it("is read by `get` after the rejected import, and left alone by `destroy`", async () => {
    await stack().up(`resources: { sso: { type: "stripe-entitlements:Feature", get: { id: ${feature} } } }
outputs: { name: "\${sso.name}" }
`);
    const { stdout } = await stack().must(["stack", "output", "--json"]);
    assert.deepEqual(JSON.parse(stdout), { name: "Single sign-on" });
    await stack().destroy();
    assertUnchanged();
  });

  it("stays with its stack when its attachment is imported and destroyed", async () => {
    await stack().program("resources: {}\n");
    const { exitCode, output } = await importOne("ProductFeature", "ours", `prod_team/${attachment}`);
    assert.equal(exitCode, 0, output);
    await stack().up(`resources:
  ours:
    type: stripe-entitlements:ProductFeature
    properties: { product: prod_team, entitlementFeature: ${feature} }
`);
    assertUnchanged();
    await stack().mustBeInLine();
    await stack().destroy();
    assert.deepEqual(stack().takeRequests().filter(isWrite), [`DELETE /v1/products/prod_team/features/${attachment}`]);
    assert.equal(stack().dashboard.feature(feature)?.active, true);
  });

  itInFullRun('is taken over by the option `import` with adopt: "any", with one request', async () => {
    await stack().up(importing(", adopt: any"));
    assert.deepEqual(stack().takeRequests().filter(isWrite), [`POST /v1/entitlements/features/${feature}`]);
    assert.deepEqual(stack().dashboard.feature(feature)?.metadata, { pulumi_owner: "acme/dev/sso" });
    await stack().mustBeInLine();
  });
});
