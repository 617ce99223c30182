import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeInFullRun, itInFullRun } from "../support/full-run";
import { type Environment, severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

const exec = promisify(execFile);
const preview = ["preview"] as const;

describe("A preview of resources that exist in Stripe already", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_pro"] });
  let ids: Readonly<Record<string, string>> = {};

  before(() => {
    const { dashboard } = stack();
    const create = (lookupKey: string, metadata = {}) =>
      dashboard.createFeature({ lookupKey, name: `${lookupKey} (2021)`, metadata }).id;
    const marked = (owner: string) => ({ pulumi_owner: owner });
    ids = {
      sso: create("sso", { billing_code: "7" }),
      audit: create("audit", marked("acme/staging/audit")),
      former: create("former", marked("acme/dev/renamed-since")),
      taken: create("taken"),
      archived: create("archived"),
    };
    dashboard.attach("prod_team", ids["sso"] ?? "");
    dashboard.attach("prod_team", ids["taken"] ?? "");
    dashboard.archiveFeature(ids["archived"] ?? "");
  });

  const adoptable = `
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on", adopt: "unowned" });
const former = new Feature("former", { lookupKey: "former", name: pulumi.secret("A secret name") });
new Feature("fresh", { lookupKey: "fresh", name: "Fresh" });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
new ProductFeature("pro-sso", { product: "prod_pro", entitlementFeature: sso.id });
module.exports = { former };
`;

  it("fails with each rejection under its resource, as `up` words it", async () => {
    await stack().program(`${adoptable}
new Feature("audit", { lookupKey: "audit", name: "Audit log" });
new Feature("taken", { lookupKey: "taken", name: "Taken" });
new ProductFeature("team-taken", { product: "prod_team", entitlementFeature: "${ids["taken"]}" });
new ProductFeature("team-archived", { product: "prod_team", entitlementFeature: "${ids["archived"]}" });
`);
    stack().takeRequests();
    const { exitCode, output } = await stack().run(preview);
    assert.notEqual(exitCode, 0, output);
    for (const line of [
      /error: Feature "audit" .*: an active feature already has this lookup key: .* acme\/staging\/audit\..*"Audit log"/,
      /error: Feature "taken" .*: an active feature already has this lookup key: .*, without a marker/,
      /To manage it here, set adopt: "unowned" on this resource/,
      /error: ProductFeature "team-taken" .*: the feature "taken", which has no marker, is already attached/,
      /error: ProductFeature "team-archived" .*: the feature is archived/,
      /error: 4 resources would be rejected by `pulumi up`/,
    ]) {
      assert.match(output, line);
    }
    const requests = stack().takeRequests();
    assert.deepEqual(requests.filter(isWrite), []);
    // The account, the features, one list for each product, and the archived feature.
    assert.ok(requests.length <= 5, requests.join("\n"));
  });

  it("shows no lookup key that is a secret, names the resource in JSON, and saves no plan", async () => {
    await stack().program(`
new Feature("name", { lookupKey: pulumi.secret("taken"), name: "Taken", metadata: { code: pulumi.secret("hidden") } });
`);
    const { exitCode, stdout, output } = await stack().run([...preview, "--json", "--save-plan", "plan.json"]);
    assert.notEqual(exitCode, 0, output);
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { urn?: string; message: string; severity: string }[];
    };
    const rejected = diagnostics.find(({ urn }) => urn?.endsWith("::name"));
    assert.equal(rejected?.severity, "error");
    assert.match(rejected.message, /error: Feature "name" \(lookup key \[secret\]\): .* adds metadata code/);
    assert.doesNotMatch(diagnostics.map(({ message }) => message).join(), /"taken"|hidden/);
    assert.equal(existsSync(join(stack().directory, "plan.json")), false);
  });

  it("makes `up` fail before it changes anything, also for components and late resources", async () => {
    await stack().program(`
const { EntitlementCatalog } = require("pulumi-stripe-entitlements");
const { defineCatalog } = require("pulumi-stripe-entitlements/catalog");
const catalog = defineCatalog({ features: { sso: { name: "SSO" } }, plans: { team: { features: ["sso"] } } });
const set = async ({ type, props, opts }) => {
  const metadata = type.endsWith(":Feature") ? { metadata: { via: "transform" } } : {};
  return { props: { ...props, ...metadata, adopt: "unowned" }, opts };
};
new EntitlementCatalog("plans", { catalog, products: { team: "prod_team" } }, { transforms: [set] });
const fresh = new Feature("fresh", { lookupKey: "fresh", name: "Fresh" });
new Feature("not-known", { lookupKey: fresh.id.apply(() => "audit"), name: "Audit log" });
module.exports = async () => {
  new Feature("taken", { lookupKey: "taken", name: "Taken" });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  new Feature("audit", { lookupKey: "audit", name: "Audit log" });
};
`);
    stack().takeRequests();
    const { exitCode, output } = await stack().run(["up"]);
    assert.notEqual(exitCode, 0, output);
    const diagnostics = output.slice(output.indexOf("Diagnostics:"));
    for (const line of [
      /\(plans\/sso\):\n.*up will adopt feat_\w+, .*adds metadata via "transform", removes metadata billing_code "7"/,
      /\(plans\/team\/sso\):\n.*up will adopt prodft_/,
      /\(taken\):\n.*error: Feature "taken"/,
      /\(audit\):\n.*error: Feature "audit"/,
    ]) {
      assert.match(diagnostics, line);
    }
    assert.deepEqual(diagnostics.match(/\d+ resources? would be rejected/g), ["2 resources would be rejected"]);
    assert.doesNotMatch(output, /\(not-known\)|Updating/);
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
  });

  it("says what `up` adopts and changes, shows no secret, and `up` does just that", async () => {
    await stack().program(`${adoptable}new Feature("taken", { lookupKey: "taken", name: "Taken" });`);
    const { output } = await stack().must([...preview, "--exclude", "**taken"]);
    for (const line of [
      /up will adopt feat_\w+, .* without a marker: name "sso \(2021\)" → "Single sign-on", removes metadata billing_code "7"\./,
      /up will adopt feat_\w+, .* with the marker of acme\/dev\/renamed-since: changes the name/,
      /up will adopt prodft_\w+, which already attaches the feature "sso"/,
      /`up` keeps the features and attachments that it adopts from other resources of this stack/,
    ]) {
      assert.match(output, line);
    }
    assert.equal(output.match(/up will adopt/g)?.length, 6, "each line is shown as it happens, and at the end");
    assert.doesNotMatch(output, /A secret name/);
    await stack().up(adoptable);
    assert.equal(await stack().idOf("sso"), ids["sso"]);
    assert.equal(await stack().idOf("former"), ids["former"]);
    assert.deepEqual(stack().attached("prod_pro"), ["sso"]);
  });

  it("sends nothing and loads no HTTP client when nothing is new", async () => {
    await stack().program(`${adoptable}
process.on("exit", () => require("node:fs").writeFileSync("loaded.json", JSON.stringify(Object.keys(require.cache))));
`);
    stack().takeRequests();
    const { output } = await stack().must([...preview, "--expect-no-changes"]);
    // The report needs more properties than a resource has at `up`. The outputs do not show them.
    assert.doesNotMatch(output, /adopt|account/);
    assert.deepEqual(stack().takeRequests(), []);
    const loaded = JSON.parse(await readFile(join(stack().directory, "loaded.json"), "utf8")) as string[];
    assert.ok(loaded.some((path) => path.endsWith("/provider/preview/registrations.js")));
    assert.deepEqual(
      loaded.filter((path) => /\/node_modules\/(undici|zod)\//.test(path)),
      [],
    );
  });
});

describe("A preview that cannot read Stripe", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  before(() =>
    stack().program(`
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });
new ProductFeature("missing", { product: "prod_missing", entitlementFeature: sso.id });
new ProductFeature("by-id", { product: "prod_team", entitlementFeature: "feat_missing" });
`),
  );

  async function previewWith(env: Environment) {
    const { exitCode, output } = await stack().run(preview, env);
    return { isGreen: exitCode === 0, diagnostics: output.slice(output.indexOf("Diagnostics:")) };
  }

  itInFullRun("warns of a missing feature that is given by its id", async () => {
    const { isGreen, diagnostics } = await previewWith({});
    assert.ok(isGreen, diagnostics);
    assert.match(diagnostics, /warning: ProductFeature "by-id" .*: feature feat_missing does not exist/);
  });

  itInFullRun("keeps what it found when the key may not read the rest", async () => {
    const { sandbox } = stack().emulator;
    sandbox.dashboard.createFeature({ lookupKey: "sso", name: "Taken" });
    const apiKey = sandbox.restrictedKey({ account: "read", entitlements: "read" });
    const { isGreen, diagnostics } = await previewWith({ STRIPE_API_KEY: apiKey });
    assert.ok(!isGreen, diagnostics);
    assert.match(diagnostics, /error: Feature "sso" .*already has this lookup key/);
    assert.equal(diagnostics.match(/warning: .* lacks a permission: .*"Products Read"/g)?.length, 1, diagnostics);
  });

  it("says once that there is no connection, and stays green", async () => {
    await stack().program(`
new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });
module.exports = async () => {
  await new Promise((resolve) => setTimeout(resolve, 500));
  new Feature("api", { lookupKey: "api", name: "API access" });
};
`);
    const { isGreen, diagnostics } = await previewWith({ STRIPE_API_BASE: "http://127.0.0.1:1" });
    assert.ok(isGreen, diagnostics);
    assert.equal(diagnostics.match(/warning: /g)?.length, 1, diagnostics);
    assert.match(diagnostics, /Stripe could not be read.*ECONNREFUSED/);
  });

  it("fails with a key that Stripe rejects, and does not print it", async () => {
    const { isGreen, diagnostics } = await previewWith({ STRIPE_API_KEY: "sk_test_made0up" });
    assert.ok(!isGreen, diagnostics);
    assert.match(diagnostics, /error: .*Stripe rejected the API key/);
    assert.doesNotMatch(diagnostics, /made0up/);
  });
});

/** Previews two inline programs at the same time, and prints the result of each. */
const host = `
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const preview = async (stackName, lookupKey) => {
  const program = async () => { new Feature("sso", { lookupKey, name: "Single sign-on" }); };
  const stack = await LocalWorkspace.createOrSelectStack({ projectName: "acme", stackName, program }, { workDir: __dirname });
  await stack.setConfig("stripe-entitlements:apiKey", { value: process.env.STRIPE_API_KEY, secret: true });
  await stack.setConfig("stripe-entitlements:apiBase", { value: process.env.STRIPE_API_BASE });
  return stack.preview().then(() => "green", ({ message }) => message);
};
Promise.all([preview("dev", "taken"), preview("staging", "fresh")]).then((results) => {
  console.log(JSON.stringify(results));
  process.exit(0);
});
`;

describeInFullRun("A preview of an inline program that `up` would reject", function () {
  this.timeout(severalCommands);
  const stack = useStack({ main: "host.js" });

  it("fails, and does not fail another one of the same host", async () => {
    stack().dashboard.createFeature({ lookupKey: "taken", name: "Taken" });
    await stack().program(host);
    const { directory, env } = stack();
    const { stdout } = await exec(process.execPath, ["host.js"], { cwd: directory, env });
    const [rejected, other] = JSON.parse(stdout);
    assert.match(
      rejected,
      /error: Feature "sso" \(lookup key "taken"\): an active feature already has this lookup key/,
    );
    assert.equal(other, "green");
  });
});
