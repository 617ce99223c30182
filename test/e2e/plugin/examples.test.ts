import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../../emulator";
import { copyExample, type Example } from "../../support/example";
import { describeInFullRun } from "../../support/full-run";
import { severalCommands } from "../../support/pulumi";
import { yamlEnvironment } from "../../support/yaml-program";

/** The features of both plans that each example in another language declares. */
const plans = { prod_team: ["projects"], prod_enterprise: ["audit-log", "projects", "sso"] };

/** Deploys an example twice and destroys it, and asserts on the server. */
async function assertDeploys(example: Example, emulator: Emulator): Promise<void> {
  const { dashboard } = emulator.sandbox;
  const attached = () =>
    Object.fromEntries(
      Object.keys(plans).map((product) => [
        product,
        dashboard
          .productFeatures(product)
          .map(({ entitlement_feature }) => entitlement_feature.lookup_key)
          .sort(),
      ]),
    );
  for (const id of Object.keys(plans)) dashboard.createProduct({ id, name: id });
  await example.must(["stack", "init", "sandbox"]);
  await example.must(["config", "set", "teamProduct", "prod_team"]);
  await example.must(["config", "set", "enterpriseProduct", "prod_enterprise"]);
  await example.must(["up", "--skip-preview"]);
  assert.deepEqual(attached(), plans);
  const { stdout } = await example.must(["stack", "output", "--json"]);
  const { ssoId, enterprise } = JSON.parse(stdout);
  assert.equal(dashboard.feature(ssoId)?.lookup_key, "sso");
  assert.equal(enterprise.length, 3);
  await example.must(["preview", "--refresh", "--expect-no-changes"]);
  await example.must(["destroy", "--skip-preview"]);
  assert.deepEqual(attached(), { prod_team: [], prod_enterprise: [] });
  assert.deepEqual(dashboard.features({ archived: false }), []);
}

/** Makes the plugin available where `npm install` puts it. */
async function installPlugin({ directory }: Example): Promise<void> {
  await symlink(join(directory, "..", "..", "node_modules"), join(directory, "node_modules"), "junction");
}

describeInFullRun("Example yaml", function () {
  this.timeout(severalCommands);

  it("deploys both plans, and is destroyed", async () => {
    await using emulator = await startEmulator();
    const env = { ...(await yamlEnvironment()), STRIPE_API_KEY: emulator.apiKey };
    const example = await copyExample("yaml", emulator, env);
    await installPlugin(example);
    await assertDeploys(example, emulator);
  });
});
