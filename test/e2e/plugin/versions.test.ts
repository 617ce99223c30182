import assert from "node:assert/strict";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { version } from "../../../package.json";
import { packageSchema } from "../../../provider/plugin/package-schema";
import { describeInFullRun, inFullRun, itInFullRun } from "../../support/full-run";
import { nodeSdk, writeNodeSdk } from "../../support/node-sdk";
import { severalCommands } from "../../support/pulumi";
import { isWrite, type TestStack, useStack } from "../../support/stack";
import { yamlFile } from "../../support/yaml-program";

const newer = "99.0.0";

/** Pulumi's words about a plugin that is older than the SDK. */
const warning = `warning: resource plugin stripe-entitlements is expected to have version >=${newer}, but has ${version}`;

const schema = packageSchema() as { readonly resources: object; readonly functions: object };

/** Returns the schema of a newer version, with a resource, a component and a function more. */
function newerSchema(): object {
  const properties = { name: { type: "string" } };
  const resources = {
    "stripe-entitlements:index:Plan": { properties },
    "stripe-entitlements:index:Bundle": { properties, isComponent: true },
  };
  return {
    ...schema,
    version: newer,
    resources: { ...schema.resources, ...resources },
    functions: { ...schema.functions, "stripe-entitlements:index:getPlan": {} },
  };
}

const missing = `version ${version} of the plugin does not have it\n *The SDK of the program is of another version\\.`;

const feature = `new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });\n`;

describe("An SDK that is newer than the plugin", function () {
  this.timeout(severalCommands);
  const started = useStack();
  let stack: TestStack;

  before(async () => {
    stack = await started().withNodeSdk();
    await writeNodeSdk(stack, newerSchema());
  });

  const cases: readonly (readonly [what: string, declaration: string, message: string])[] = [
    ["a resource", `new Plan("team", { name: "Team" });`, `Resource type stripe-entitlements:index:Plan: ${missing}`],
    ["a function", "getPlan({});", `Function stripe-entitlements:index:getPlan: ${missing}`],
    ...inFullRun<(typeof cases)[number]>(
      ["a component", `new Bundle("all", { name: "All" });`, `Component stripe-entitlements:index:Bundle: ${missing}`],
      [
        "a property",
        `new Feature("api", { lookupKey: "api", name: "API", description: "REST" });`,
        "property description value \\{REST\\} has a problem: is not a property of this resource",
      ],
    ),
  ];
  for (const [what, declaration, message] of cases) {
    it(`fails in the preview for ${what} that the plugin does not have, and writes nothing`, async () => {
      await stack.program(`const { Plan, Bundle, getPlan } = require("${nodeSdk}");\n${feature}${declaration}`);
      const { exitCode, output } = await stack.run(["up"]);
      assert.notEqual(exitCode, 0, output);
      assert.match(output, new RegExp(message));
      assert.ok(output.includes(warning), output);
      assert.deepEqual(stack.takeRequests().filter(isWrite), []);
      assert.deepEqual(await stack.objects(), []);
    });
  }

  it("works with what the plugin has, and the engine warns of the version", async () => {
    const { output } = await stack.up(feature);
    assert.ok(output.includes(warning), output);
    assert.deepEqual(
      stack.dashboard.features().map(({ lookup_key }) => lookup_key),
      ["sso"],
    );
    await stack.mustBeInLine();
  });

  itInFullRun("changes no resource when another version replaces it", async () => {
    stack.takeRequests();
    for (const sdk of ["0.0.1", version]) {
      await writeNodeSdk(stack, { ...schema, version: sdk });
      const { output } = await stack.must(["preview", "--expect-no-changes"]);
      assert.ok(!output.includes("is expected to have version"), output);
      await stack.up();
    }
    assert.deepEqual(stack.takeRequests(), []);
  });
});

describeInFullRun("An SDK of another version than the installed plugin", function () {
  this.timeout(severalCommands);
  const started = useStack();

  it("is rejected by the engine, which names the version of the SDK", async () => {
    const stack = await started().withNodeSdk();
    const project = join(stack.directory, "Pulumi.yaml");
    await writeFile(project, (await readFile(project, "utf8")).replace(/^plugins:.*/ms, ""));
    const home = join(stack.directory, "home");
    const installed = join(home, "plugins", `resource-stripe-entitlements-v${version}`);
    const executable = "pulumi-resource-stripe-entitlements";
    await mkdir(installed, { recursive: true });
    await symlink(join(stack.directory, "..", "..", "node_modules", ".bin", executable), join(installed, executable));

    await stack.program(feature);
    for (const sdk of ["0.0.1", newer]) {
      await writeNodeSdk(stack, { ...schema, version: sdk });
      const { exitCode, output } = await stack.run(["up"], { PULUMI_HOME: home });
      assert.notEqual(exitCode, 0, output);
      assert.ok(
        output.includes(`no resource plugin '${executable}' found in the workspace at version v${sdk}`),
        output,
      );
    }
    assert.deepEqual(stack.takeRequests(), []);
    await writeNodeSdk(stack, schema);
    await stack.must(["up"], { PULUMI_HOME: home });
    assert.equal(stack.dashboard.features().length, 1);
  });
});

describe("A program in YAML for a newer plugin", function () {
  this.timeout(severalCommands);
  const stack = useStack({ main: yamlFile });

  const program = (more: string) => `resources:
  sso:
    type: stripe-entitlements:Feature
    properties: { lookupKey: sso, name: Single sign-on }
    options: { version: ${newer} }
${more}`;

  it("is rejected as a whole if it declares what the plugin does not have", async () => {
    await stack().program(program("  team: { type: stripe-entitlements:Plan, properties: { name: Team } }\n"));
    const { exitCode, output } = await stack().run(["up", "--skip-preview"]);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /unable to find resource type "stripe-entitlements:Plan" in resource provider/);
    assert.deepEqual(stack().takeRequests(), []);
  });

  it("works with what the plugin has, and the engine warns of the option `version`", async () => {
    const { output } = await stack().up(program(""));
    assert.ok(output.includes(warning), output);
    assert.equal(stack().dashboard.features().length, 1);
  });
});
