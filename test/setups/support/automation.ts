import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Program, product, stack } from "./program";
import type { SetUp } from "./set-up";
import { feature, setUpTimeout } from "./test-set-up";

const exec = promisify(execFile);

/** Runs one command of the stack. `argument` says where the program is, in TypeScript. */
const automation = (imports: string, argument: string) => `
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
${imports}
const [command, name = ""] = process.argv.slice(2);
const stack = await LocalWorkspace.createOrSelectStack(${argument});
if (command === "up") await stack.up();
if (command === "preview") await stack.preview({ refresh: true, expectNoChanges: true });
if (command === "destroy") await stack.destroy();
process.exit(0);
`;

/** The program is a function in the process that uses the Automation API. */
export const inlineProgram = automation(
  'import { Feature, ProductFeature } from "pulumi-stripe-entitlements";',
  `{
    projectName: "acme",
    stackName: "${stack}",
    program: async () => {
      const sso = new Feature("sso", { lookupKey: "sso", name });
      new ProductFeature("team-sso", { product: "${product}", entitlementFeature: sso.id });
    },
  }`,
);

/** The program is in the project's folder, as for the CLI. */
export const localProgram = automation("", `{ stackName: "${stack}", workDir: process.cwd() }`);

/**
 * Tests a stack from the first `up` to `destroy`, run with the Automation API. `node` returns the
 * file that runs TypeScript: Node.js by default.
 */
export function testAutomation(setUp: SetUp, text: string, node = async () => process.execPath): void {
  describe(`Set-up ${setUp.name}`, function () {
    this.timeout(setUpTimeout);

    it("creates, updates and deletes a feature and its attachment", async () => {
      await using program = await Program.start(setUp);
      const { env, dashboard } = program;
      const cwd = program.installation.project;
      await writeFile(join(cwd, "automation.mts"), text);
      const run = async (command: string, name: string) => {
        await program.write(feature(name));
        await exec(await node(), ["automation.mts", command, name], { cwd, env });
        const features = dashboard.features().map((one) => ({ name: one.name, active: one.active }));
        return [features, dashboard.productFeatures(product).length];
      };
      const created = [[{ name: "Single sign-on", active: true }], 1];
      assert.deepEqual(await run("up", "Single sign-on"), created);
      assert.deepEqual(await run("preview", "Single sign-on"), created);
      assert.deepEqual(await run("up", "SSO"), [[{ name: "SSO", active: true }], 1]);
      assert.deepEqual(await run("destroy", "SSO"), [[{ name: "SSO", active: false }], 0]);
    });
  });
}
