import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Dashboard, type Emulator, startEmulator } from "../../emulator";
import { copyExample, type Example } from "../support/example";
import { describeInFullRun } from "../support/full-run";
import { createProduct } from "../support/products";
import { severalCommands } from "../support/pulumi";
import { isWrite } from "../support/stack";

const exec = promisify(execFile);

const requestsOf = ({ requests }: Emulator) => requests.entries.map(({ method, path }) => `${method} ${path}`);

const attached = (dashboard: Dashboard, product: string) =>
  dashboard
    .productFeatures(product)
    .map(({ entitlement_feature }) => entitlement_feature.lookup_key)
    .sort();

// In `npm test`, quickstart.test.ts deploys the catalog of README.md and runs its application.
describeInFullRun("Example catalog", function () {
  this.timeout(severalCommands);

  it("creates its plans and shows the application what a customer may open", async () => {
    await using emulator = await startEmulator();
    const { dashboard, apiKey } = emulator.sandbox;
    for (const id of ["prod_team", "prod_enterprise"]) dashboard.createProduct({ id, name: id });
    const example = await copyExample("catalog", emulator, { STRIPE_API_KEY: apiKey });
    await example.must(["stack", "init", "sandbox"]);
    await example.must(["config", "set", "teamProduct", "prod_team"]);
    await example.must(["config", "set", "enterpriseProduct", "prod_enterprise"]);
    await example.must(["up", "--skip-preview"]);
    assert.deepEqual(attached(dashboard, "prod_team"), ["api", "projects"]);
    assert.deepEqual(attached(dashboard, "prod_enterprise"), ["api", "audit-log", "projects", "sso"]);
    const { stdout: plans } = await example.must(["stack", "output", "plans", "--json"]);
    assert.deepEqual(JSON.parse(plans).sso, { team: false, enterprise: true });

    const retired = dashboard.createFeature({ lookupKey: "fax", name: "Fax" });
    dashboard.attach("prod_team", retired.id);
    const { id: customer } = dashboard.createCustomer({ name: "Acme", products: ["prod_team"] });
    const installed = join(example.directory, "node_modules");
    await mkdir(installed);
    await symlink(resolve(__dirname, "../../node_modules/stripe"), join(installed, "stripe"));
    const app = ["-r", "ts-node/register", "app.ts", customer];
    const env = { ...process.env, STRIPE_API_BASE: emulator.url, STRIPE_API_KEY: apiKey };
    const { stdout } = await exec(process.execPath, app, { cwd: example.directory, env });
    assert.deepEqual(stdout.trim().split("\n"), [
      "/projects: open",
      "/api-keys: open",
      "/audit: not in this plan",
      "/settings/saml: not in this plan",
      "(entitled to fax, which the catalog does not have)",
    ]);
  });
});

describeInFullRun("Example existing-products", function () {
  this.timeout(severalCommands);

  it("finds each plan's product by metadata and names a plan without a product", async () => {
    await using emulator = await startEmulator();
    const env = { STRIPE_API_KEY: emulator.apiKey };
    const { id: team } = await createProduct(emulator, { name: "Team", "metadata[plan]": "team" });
    await createProduct(emulator, { name: "Old", active: "false", "metadata[plan]": "enterprise" });
    const example = await copyExample("existing-products", emulator, env);
    await example.must(["stack", "init", "sandbox"]);

    const { exitCode, output } = await example.run(["preview"]);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /error: No active product has the metadata "plan: enterprise"\. Add it/);
    assert.doesNotMatch(output, /\n\s+at .+:\d+:\d+/, "the output contains a stack trace");

    const { id: enterprise } = await createProduct(emulator, { name: "Enterprise", "metadata[plan]": "enterprise" });
    await example.must(["up", "--skip-preview"]);
    const { dashboard } = emulator.sandbox;
    assert.deepEqual(attached(dashboard, team), ["audit-log", "projects"]);
    assert.deepEqual(attached(dashboard, enterprise), ["audit-log", "projects", "sso"]);
  });
});

describeInFullRun("Example adopt-existing", function () {
  this.timeout(severalCommands);

  it("adopts existing objects, reports each, and plans no change afterward", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    createByHand(dashboard);
    const before = idsOf(dashboard);
    const example = await copyExample("adopt-existing", emulator, { STRIPE_API_KEY: emulator.apiKey });
    await example.must(["stack", "init", "sandbox"]);
    await writeFile(join(example.directory, "Pulumi.sandbox.yaml"), configuration);

    const { output } = await example.must(["up", "--skip-preview"]);
    assert.match(output, /undeclared *: \[\s+\[0\]: "legacy"\s+\]/);
    for (const key of ["projects", "audit-log", "sso"]) {
      assert.match(
        output,
        new RegExp(`\\(lookup key "${key}"\\): adopted feat_\\w+, an active feature with this lookup key`),
      );
    }
    const attachments = output.matchAll(/: adopted (prodft_\w+), which already attaches/g);
    assert.equal(new Set([...attachments].map(([, id]) => id)).size, 5);
    assert.deepEqual(idsOf(dashboard), before);
    const named = dashboard.features().map(({ name, metadata }) => [name, metadata["pulumi_owner"]]);
    assert.deepEqual(named.sort(), [
      ["Audit log", "adopt-existing/sandbox/audit-log"],
      ["Legacy", undefined],
      ["Single sign-on", "adopt-existing/sandbox/sso"],
      ["Unlimited projects", "adopt-existing/sandbox/projects"],
    ]);

    await example.must(["config", "rm", "stripe-entitlements:adopt"]);
    await example.must(["preview", "--refresh", "--expect-no-changes"]);
    assert.deepEqual(idsOf(dashboard), before);
  });

  const configuration = `config:
  stripe-entitlements:adopt: unowned
  adopt-existing:teamProduct: prod_team
  adopt-existing:enterpriseProduct: prod_enterprise
`;

  /**
   * Creates features and attachments. One name differs from the declared one, and no program
   * declares the feature "legacy".
   */
  function createByHand(dashboard: Dashboard): void {
    for (const id of ["prod_team", "prod_enterprise"]) dashboard.createProduct({ id, name: id });
    const make = (lookupKey: string, name: string) => dashboard.createFeature({ lookupKey, name }).id;
    const [projects, auditLog, sso, legacy] = [
      make("projects", "Unlimited projects"),
      make("audit-log", "Audit log"),
      make("sso", "SSO"),
      make("legacy", "Legacy"),
    ];
    dashboard.attach("prod_team", projects);
    for (const feature of [projects, auditLog, sso, legacy]) dashboard.attach("prod_enterprise", feature);
    dashboard.attach("prod_team", auditLog);
  }

  function idsOf(dashboard: Dashboard) {
    const attachments = ["prod_team", "prod_enterprise"].flatMap((product) => dashboard.productFeatures(product));
    return {
      features: dashboard.features().map(({ id, active }) => [id, active]),
      attachments: attachments.map(({ id }) => id),
    };
  }
});

describeInFullRun("Example sandbox-and-live", function () {
  this.timeout(severalCommands);
  let emulator: Emulator;
  let example: Example;

  before(async () => {
    emulator = await startEmulator();
    example = await copyExample("sandbox-and-live", emulator);
    for (const [stack, { dashboard }] of [
      ["sandbox", emulator.sandbox],
      ["live", emulator.live],
    ] as const) {
      const file = join(example.directory, `Pulumi.${stack}.yaml`);
      const text = await readFile(file, "utf8");
      assert.doesNotMatch(text, /[sr]k_(?:test|live)_/);
      for (const [id] of text.matchAll(/prod_\w+/g)) dashboard.createProduct({ id, name: id });
      await writeFile(file, text.replace(/acct_\w+/, emulator.sandbox.account));
      await example.must(["stack", "init", stack]);
    }
  });

  after(() => emulator?.close());

  const inStack = (stack: string, ...args: readonly string[]) => [...args, "--stack", stack, "--skip-preview"];
  const attachedIn = ({ dashboard }: Emulator["live"]) =>
    dashboard.products().map(({ id }) => [id, attached(dashboard, id)]);

  it("rejects a key of the other mode in each stack and writes nothing", async () => {
    for (const [stack, { apiKey }] of [
      ["sandbox", emulator.live],
      ["live", emulator.sandbox],
    ] as const) {
      const { exitCode, output } = await example.run(inStack(stack, "up"), { STRIPE_API_KEY: apiKey });
      assert.notEqual(exitCode, 0, output);
      assert.match(output, /the API key belongs to (?:test|live) mode, but the configuration says (?:live|test) mode/);
    }
    assert.deepEqual(requestsOf(emulator).filter(isWrite), []);
  });

  it("deploys both stacks, each with its own products", async () => {
    await example.must(inStack("sandbox", "up"), { STRIPE_API_KEY: emulator.sandbox.apiKey });
    assert.deepEqual(
      attachedIn(emulator.live).flatMap(([, keys]) => keys),
      [],
    );
    await example.must(inStack("live", "up"), { STRIPE_API_KEY: emulator.live.apiKey });
    assert.deepEqual(attachedIn(emulator.sandbox), [
      ["prod_SandboxEnterprise", ["audit-log", "sso"]],
      ["prod_SandboxTeam", ["audit-log"]],
    ]);
    assert.deepEqual(attachedIn(emulator.live), [
      ["prod_LiveEnterprise", ["audit-log", "sso"]],
      ["prod_LiveTeam", ["audit-log"]],
    ]);
  });

  it("replaces the attachments of a live feature that was archived by hand", async () => {
    const { dashboard } = emulator.live;
    const sso = dashboard.features().find(({ lookup_key }) => lookup_key === "sso") ?? assert.fail();
    dashboard.archiveFeature(sso.id);
    await example.must(inStack("live", "up", "--refresh"), { STRIPE_API_KEY: emulator.live.apiKey });
    const features = dashboard.productFeatures("prod_LiveEnterprise").map((each) => each.entitlement_feature);
    assert.deepEqual(features.map(({ lookup_key, active }) => [lookup_key, active]).sort(), [
      ["audit-log", true],
      ["sso", true],
    ]);
  });

  it("destroys the sandbox stack, and the live stack is protected", async () => {
    await example.must(inStack("sandbox", "destroy"), { STRIPE_API_KEY: emulator.sandbox.apiKey });
    assert.deepEqual(emulator.sandbox.dashboard.features({ archived: false }), []);
    emulator.requests.clear();
    // The preview rejects the delete of a protected feature before anything is detached.
    const { exitCode, output } = await example.run(["destroy", "--stack", "live"], {
      STRIPE_API_KEY: emulator.live.apiKey,
    });
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /cannot be deleted\s+because it is protected|is protected/);
    assert.deepEqual(requestsOf(emulator).filter(isWrite), []);
    assert.equal(emulator.live.dashboard.features({ archived: false }).length, 2);
  });
});
