import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inFullRun, itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

const exec = promisify(execFile);

describe("A key of the configuration that is not a setting", function () {
  this.timeout(severalCommands);
  const stack = useStack();
  const unknown = /stripe-entitlements:acount is not a setting \(did you mean "account"\?\)/g;

  it("fails a preview, and an `up` before anything is sent", async () => {
    await stack().program(`new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });`);
    await stack().must(["config", "set", "stripe-entitlements:acount", "acct_1"]);
    for (const args of [["preview"], ["up", "--skip-preview"]]) {
      const { exitCode, output } = await stack().run(args);
      assert.notEqual(exitCode, 0, output);
      assert.match(output, unknown);
    }
    assert.deepEqual(stack().takeRequests(), []);
  });

  itInFullRun("is one line in a `destroy`, which uses the configuration of the last `up`", async () => {
    await stack().must(["config", "rm", "stripe-entitlements:acount"]);
    await stack().up();
    await stack().must(["config", "set", "stripe-entitlements:acount", "acct_1"]);
    assert.notEqual((await stack().run(["up", "--skip-preview"])).exitCode, 0);
    await stack().must(["config", "rm", "stripe-entitlements:acount"]);
    const { output } = await stack().destroy();
    const [, diagnostics = ""] = output.split("Diagnostics:");
    assert.equal(diagnostics.match(unknown)?.length, 1, output);
    assert.deepEqual(stack().dashboard.features({ archived: false }), []);
  });
});

describe("A new key in the configuration after the old one has expired", function () {
  this.timeout(severalCommands);
  const stack = useStack();
  const run = (...args: readonly string[]) => stack().run(args, { STRIPE_API_KEY: undefined });

  itInFullRun("is used by `preview --refresh` and `up --refresh` with --run-program", async () => {
    const { sandbox, apiKey } = stack().emulator;
    const old = sandbox.restrictedKey({ account: "read", entitlements: "write", products: "write" });
    await stack().must(["config", "set", "--secret", "stripe-entitlements:apiKey", old]);
    await stack().program(`new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });`);
    assert.equal((await run("up", "--skip-preview")).exitCode, 0);
    sandbox.expireKey(old);
    await stack().must(["config", "set", "--secret", "stripe-entitlements:apiKey", apiKey]);
    for (const command of [...inFullRun(["preview", "--refresh"]), ["up", "--refresh", "--skip-preview"]]) {
      const { exitCode, output } = await run(...command);
      assert.notEqual(exitCode, 0, output);
      assert.match(output, /Expired API Key.*\n.*`up --refresh` and `preview --refresh`.* add --run-program/);
      const again = await run(...command, "--run-program");
      assert.equal(again.exitCode, 0, again.output);
    }
  });
});

/** Deploys an inline program with the Automation API, and prints its outputs or its error. */
const host = `
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { getFeature } = require("pulumi-stripe-entitlements");

const [config, envVars] = process.argv.slice(2).map((text) => JSON.parse(text));
const program = async () => {
  const { livemode } = await getFeature({ lookupKey: "sso" });
  const api = new Feature("api", { lookupKey: "api", name: "API access" });
  return { found: livemode, created: api.id.apply((id) => getFeature({ id })).livemode };
};
(async () => {
  const workspace = { workDir: __dirname, envVars };
  const stack = await LocalWorkspace.createOrSelectStack({ projectName: "acme", stackName: "dev", program }, workspace);
  for (const [key, value] of Object.entries(config)) await stack.setConfig("stripe-entitlements:" + key, { value });
  const outputs = await stack.up().then(({ outputs }) => outputs, (error) => ({ error: { value: error.message } }));
  console.log(JSON.stringify(Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]))));
  process.exit(0);
})();
`;

describe("An inline program of the Automation API", function () {
  this.timeout(severalCommands);
  const stack = useStack({ main: "host.js" });

  before(async () => {
    const { live, sandbox } = stack().emulator;
    for (const { dashboard } of [live, sandbox]) dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    await stack().program(host);
  });

  /**
   * Runs the program in a host whose environment has a live key. That of its resources has a test
   * key.
   */
  async function deploy(config: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    const { env, emulator, directory } = stack();
    const envVars = { STRIPE_API_KEY: emulator.sandbox.apiKey };
    const args = ["host.js", JSON.stringify(config), JSON.stringify(envVars)];
    const hostEnv = { ...env, STRIPE_API_KEY: emulator.live.apiKey };
    const { stdout } = await exec(process.execPath, args, { cwd: directory, env: hostEnv });
    return JSON.parse(stdout);
  }

  it("is refused a function that has a key only from the environment of the host", async () => {
    const { error } = await deploy({ apiBase: stack().emulator.url });
    assert.match(String(error), /functions and previews do not use STRIPE_API_KEY in an inline program/);
    assert.match(String(error), /Set stripe-entitlements:apiKey with `stack\.setConfig`/);
    assert.doesNotMatch(String(error), /\bsk_(?:test|live)_\w/);
    assert.deepEqual(stack().takeRequests(), []);
  });

  it("reads from the account of its resources with the key of the stack's configuration", async () => {
    const { url, sandbox } = stack().emulator;
    const outputs = await deploy({ apiBase: url, apiKey: sandbox.apiKey });
    assert.deepEqual(outputs, { found: false, created: false });
    assert.equal(stack().dashboard.features().length, 2);
    assert.equal(stack().takeRequests().filter(isWrite).length, 1);
  });
});
