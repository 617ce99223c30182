import assert from "node:assert/strict";
import { type Dashboard, type Emulator, startEmulator } from "../../../emulator";
import { copyExample, type Example } from "../../support/example";
import { describeInFullRun } from "../../support/full-run";
import { compileGoExample, installNodeSdk, installPlugin, installPythonSdk } from "../../support/sdk-example";
import { buildTimeoutMs, yamlEnvironment } from "../../support/yaml-program";

const attachedTo = (dashboard: Dashboard, product: string) =>
  dashboard
    .productFeatures(product)
    .map(({ entitlement_feature }) => entitlement_feature.lookup_key)
    .sort();

/** Deploys an example with two plans, destroys it, and returns its outputs. */
async function deploy(example: Example, { sandbox: { dashboard } }: Emulator): Promise<Record<string, unknown>> {
  for (const id of ["prod_team", "prod_enterprise"]) dashboard.createProduct({ id, name: id });
  await example.must(["stack", "init", "sandbox"]);
  await example.must(["config", "set", "teamProduct", "prod_team"]);
  await example.must(["config", "set", "enterpriseProduct", "prod_enterprise"]);
  await example.must(["up", "--skip-preview"]);
  assert.deepEqual(attachedTo(dashboard, "prod_team"), ["projects"]);
  assert.deepEqual(attachedTo(dashboard, "prod_enterprise"), ["audit-log", "projects", "sso"]);
  const { stdout } = await example.must(["stack", "output", "--json"]);
  const { ssoId, ...outputs } = JSON.parse(stdout);
  assert.equal(dashboard.feature(ssoId)?.lookup_key, "sso");
  await example.must(["preview", "--refresh", "--expect-no-changes"]);
  await example.must(["destroy", "--skip-preview"]);
  assert.deepEqual([...attachedTo(dashboard, "prod_team"), ...attachedTo(dashboard, "prod_enterprise")], []);
  assert.deepEqual(dashboard.features({ archived: false }), []);
  return outputs;
}

describeInFullRun("Example yaml", function () {
  this.timeout(buildTimeoutMs);

  it("deploys both plans, and is destroyed", async () => {
    await using emulator = await startEmulator();
    const env = { ...(await yamlEnvironment()), STRIPE_API_KEY: emulator.apiKey };
    const example = await copyExample("yaml", emulator, env);
    await installPlugin(example);
    assert.deepEqual(await deploy(example, emulator), { ssoOwner: "plans-in-yaml/sandbox/sso" });
  });
});

describeInFullRun("Example python", function () {
  this.timeout(buildTimeoutMs);

  it("deploys both plans with the generated SDK, and is destroyed", async () => {
    await using emulator = await startEmulator();
    const copy = await copyExample("python", emulator, { STRIPE_API_KEY: emulator.apiKey });
    await installPlugin(copy);
    const outputs = await deploy(await installPythonSdk(copy), emulator);
    assert.deepEqual(outputs, { enterprise: ["audit-log", "projects", "sso"] });
  });
});

describeInFullRun("Example go", function () {
  this.timeout(buildTimeoutMs);

  it("deploys both plans with the generated SDK, and is destroyed", async () => {
    await using emulator = await startEmulator();
    const copy = await copyExample("go", emulator, { STRIPE_API_KEY: emulator.apiKey });
    await installPlugin(copy);
    const { enterprise } = await deploy(await compileGoExample(copy), emulator);
    const keys = (enterprise as readonly { readonly lookupKey: string }[]).map(({ lookupKey }) => lookupKey);
    assert.deepEqual(keys.sort(), ["audit-log", "projects", "sso"]);
  });
});

describeInFullRun("Example two-accounts", function () {
  this.timeout(buildTimeoutMs);

  it("deploys the same features to both accounts, each with its own key", async () => {
    await using emulator = await startEmulator();
    const regions = [
      { key: "euKey", account: "acct_1AcmeEurope", product: "prod_EuropeEnterprise" },
      { key: "usKey", account: "acct_1AcmeAmerica", product: "prod_AmericaEnterprise" },
    ].map((region) => ({ ...region, server: emulator.environment({ account: region.account, livemode: false }) }));
    const example = await copyExample("two-accounts", emulator);
    await installPlugin(example);
    await installNodeSdk(example);
    await example.must(["stack", "init", "sandbox"]);
    for (const { key, product, server } of regions) {
      server.dashboard.createProduct({ id: product, name: "Enterprise" });
      await example.must(["config", "set", "--secret", key, server.apiKey]);
    }
    await example.must(["up", "--skip-preview"]);
    for (const { product, server } of regions) {
      assert.deepEqual(attachedTo(server.dashboard, product), ["audit-log", "sso"]);
    }
    await example.must(["preview", "--refresh", "--expect-no-changes"]);
    await example.must(["destroy", "--skip-preview"]);
    for (const { server } of regions) assert.deepEqual(server.dashboard.features({ archived: false }), []);
  });
});
