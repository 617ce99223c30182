import assert from "node:assert/strict";
import { inFullRun, itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

const program = `
const sso = new Feature("sso", { lookupKey: "sso", name: process.env.FEATURE_NAME });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
exports.sso = sso.id;
`;

describe("The API key", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  const commands = [
    ["up"],
    ["stack", "export"],
    ["up", "--skip-preview", "--debug", "--logtostderr"],
    ["stack", "output", "--json", "--show-secrets"],
    ...inFullRun(["preview", "--refresh", "--diff"], ["refresh", "--skip-preview"]),
    ["destroy", "--skip-preview"],
  ];

  /** Runs the commands, and asserts that neither their output nor the state contains the key. */
  async function assertKeyIsHidden(
    commandsToRun: readonly string[][],
    env: Readonly<Record<string, string | undefined>>,
  ) {
    const { apiKey } = stack().emulator;
    await stack().program(program);
    for (const [index, command] of commandsToRun.entries()) {
      const { output } = await stack().must(command, { ...env, FEATURE_NAME: `Name ${Math.floor(index / 2)}` });
      assert.ok(!output.includes(apiKey), `pulumi ${command.join(" ")} shows the key`);
      const files = await stack().stateFiles();
      assert.ok(files.length > 0);
      assert.ok(!files.some((text) => text.includes(apiKey)), `pulumi ${command.join(" ")} stores the key`);
    }
    assert.deepEqual(stack().attached("prod_team"), []);
  }

  it("is in no output or state file when it comes from the environment", async () => {
    await assertKeyIsHidden(commands, {});
  });

  itInFullRun("is in no output or state file when it is secret configuration", async () => {
    await stack().must(["config", "set", "--secret", "stripe-entitlements:apiKey", stack().emulator.apiKey]);
    // The first test already covers `preview` and `refresh`.
    const others = commands.filter(([command]) => command !== "preview" && command !== "refresh");
    await assertKeyIsHidden(others, { STRIPE_API_KEY: undefined });
  });
});

describe("A secret lookup key, name or metadata value", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const secrets = (name: string) => `
const key = pulumi.secret("hidden-key");
const metadata = { token: pulumi.secret("hidden-token") };
const sso = new Feature("sso", { lookupKey: key, name: pulumi.secret("${name}"), metadata, adopt: "unowned" });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id.apply((id) => id) });
`;

  it("is in no state file, and name and metadata are in no output", async () => {
    stack().dashboard.createFeature({ lookupKey: "hidden-key", name: "Made by hand" });
    for (const [command, name] of [
      ["up", "hidden name"],
      ["refresh", "hidden name"],
      ["up", "hidden new name"],
    ] as const) {
      await stack().program(secrets(name));
      const { output } = await stack().must([command, "--skip-preview"]);
      assert.doesNotMatch(output, /hidden (?:new )?name|hidden-token/);
      for (const file of await stack().stateFiles()) assert.doesNotMatch(file, /hidden/);
    }
    assert.deepEqual(stack().attached("prod_team"), ["hidden-key"]);
    assert.equal(stack().dashboard.features()[0]?.name, "hidden new name");
  });
});
