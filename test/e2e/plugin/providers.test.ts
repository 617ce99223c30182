import assert from "node:assert/strict";
import { mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { itInFullRun } from "../../support/full-run";
import { type Environment, severalCommands } from "../../support/pulumi";
import { isWrite, useStack } from "../../support/stack";
import { yamlFile } from "../../support/yaml-program";

const accounts = [{ id: "acct_eu" }, { id: "acct_us" }];

describe("Two explicit providers in a program in YAML", function () {
  this.timeout(severalCommands);
  const stack = useStack({ main: yamlFile, emulator: { accounts } });
  const of = (account: string) => stack().emulator.environment({ account, livemode: false });

  interface Region {
    readonly key: string;
    readonly account: string;
  }

  /** Returns a provider and its feature and attachment. */
  const region = (name: string, { key, account }: Region) => `
  ${name}:
    type: pulumi:providers:stripe-entitlements
    properties: { apiKey: { "fn::secret": "${of(key).apiKey}" }, account: ${account}, mode: test }
  sso-${name}:
    type: stripe-entitlements:Feature
    properties: { lookupKey: sso, name: Single sign-on (${name}) }
    options: { provider: "\${${name}}" }
  team-sso-${name}:
    type: stripe-entitlements:ProductFeature
    properties: { product: prod_team, entitlementFeature: "\${sso-${name}.id}" }
    options: { provider: "\${${name}}" }
`;

  const program = (eu: Region, us: Region) => `resources:${region("eu", eu)}${region("us", us)}`;
  const ours = { eu: { key: "acct_eu", account: "acct_eu" }, us: { key: "acct_us", account: "acct_us" } };
  const run = (args: readonly string[], env: Environment = {}) =>
    stack().run(args, { STRIPE_API_KEY: undefined, ...env });

  async function must(...args: readonly string[]): Promise<string> {
    const { exitCode, output } = await run(args);
    assert.equal(exitCode, 0, output);
    return output;
  }

  before(() => {
    for (const { id } of accounts) of(id).dashboard.createProduct({ id: "prod_team", name: "Team" });
  });

  it("create the same lookup key in two accounts, and store no key", async () => {
    await stack().program(program(ours.eu, ours.us));
    await must("up", "--skip-preview");
    for (const [account, name] of [
      ["acct_eu", "eu"],
      ["acct_us", "us"],
    ] as const) {
      const { dashboard } = of(account);
      assert.deepEqual(
        dashboard.features().map((feature) => [feature.lookup_key, feature.name, feature.metadata["pulumi_owner"]]),
        [["sso", `Single sign-on (${name})`, `acme/dev/sso-${name}`]],
      );
      assert.equal(dashboard.productFeatures("prod_team").length, 1);
      for (const text of await stack().stateFiles()) assert.ok(!text.includes(of(account).apiKey));
    }
    await must("preview", "--refresh", "--expect-no-changes");
  });

  it("reject in a preview a provider whose account was changed", async () => {
    stack().takeRequests();
    await stack().program(program(ours.eu, { key: "acct_eu", account: "acct_eu" }));
    const { exitCode, output } = await run(["preview"]);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /Feature "sso-us".*acct_us.*acct_eu|Feature "sso-us".*acct_eu.*acct_us/);
    assert.match(output, /Correct account of the provider "us", with a key of account acct_us/);
    assert.doesNotMatch(output, /stripe-entitlements:account/);
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
  });

  itInFullRun("change nothing with a key of the other account", async () => {
    await stack().program(program(ours.eu, { key: "acct_eu", account: "acct_us" }).replace("sign-on (us)", "sign-on"));
    const { exitCode, output } = await run(["up", "--skip-preview"]);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /the API key belongs to account acct_eu, but the configuration says account acct_us/);
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
  });

  it("are destroyed, each in its account, and their processes leave no file", async () => {
    await stack().program(program(ours.eu, ours.us));
    const TMPDIR = await mkdtemp(join(stack().directory, "tmp-"));
    const { exitCode, output } = await run(["destroy", "--skip-preview", "--run-program"], { TMPDIR });
    assert.equal(exitCode, 0, output);
    const [own = "", ...others] = (await readdir(TMPDIR)).filter((name) => name.startsWith("pulumi-stripe"));
    assert.deepEqual([await readdir(join(TMPDIR, own)), others], [[], []]);
    for (const { id } of accounts) {
      assert.deepEqual(of(id).dashboard.features({ archived: false }), []);
      assert.deepEqual(of(id).dashboard.productFeatures("prod_team"), []);
    }
  });
});
