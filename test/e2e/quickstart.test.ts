import assert from "node:assert/strict";
import { copyFile, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describeInFullRun, itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { ReadmeSteps } from "../support/readme-steps";
import { useStack } from "../support/stack";

const quickstart = resolve(__dirname, "../../examples/quickstart");

// In `npm test`, demo.test.ts and sdk-versions.test.ts deploy the same program.
describeInFullRun("Example quickstart", function () {
  this.timeout(severalCommands);
  const stack = useStack({ main: "index.ts", products: ["prod_team", "prod_enterprise"] });

  it("deploys features to the configured products and destroys them", async () => {
    await stack().program(await readFile(join(quickstart, "index.ts"), "utf8"));
    await copyFile(join(quickstart, "tsconfig.json"), join(stack().directory, "tsconfig.json"));
    await stack().must(["config", "set", "teamProduct", "prod_team"]);
    await stack().must(["config", "set", "enterpriseProduct", "prod_enterprise"]);
    await stack().up();
    assert.deepEqual(stack().attached("prod_team"), ["api", "audit-log", "projects"]);
    assert.deepEqual(stack().attached("prod_enterprise"), ["api", "audit-log", "projects", "sla", "sso"]);
    await stack().destroy();
    assert.deepEqual(stack().dashboard.features({ archived: false }), []);
  });
});

/** The plans that README.md declares, in its first program and in its catalog. */
const declared = { prod_team: ["audit-log"], prod_enterprise: ["audit-log", "sso"] };

describe("The steps in README.md", function () {
  this.timeout(severalCommands);
  let steps: ReadmeSteps;

  before(async () => {
    steps = await ReadmeSteps.create();
  });

  after(() => steps?.[Symbol.asyncDispose]());

  it("create a project and deploy its program to the emulator", async () => {
    const [install, emulator, deploy] = steps.commands("Quick start");
    await steps.run(install);
    await steps.write("Quick start");
    await steps.runEmulator(emulator);
    await steps.run(deploy);
    assert.deepEqual(await steps.plans(), declared);
  });

  itInFullRun("archive a feature, show the sample output, and repair it", async () => {
    const [archive = "", repair] = (steps.commands("Quick start")[3] ?? "").split("\n");
    await steps.run(archive);
    assert.deepEqual((await steps.plans())["prod_enterprise"], ["audit-log"]);
    const printed = await steps.run("pulumi preview --refresh --expect-no-changes 2>&1 || test $? -eq 7");
    const missing = steps.sample.filter((line) => !isShown(line, printed));
    assert.deepEqual(missing, [], printed);
    await steps.run(repair);
    assert.deepEqual(await steps.plans(), declared);
  });

  it("move the objects into the catalog and show the application a feature", async () => {
    const { features } = await steps.account();
    await steps.write("The catalog");
    const [deploy] = steps.commands("The catalog");
    assert.match(await steps.run(deploy), /sso: true$/m);
    assert.deepEqual(await steps.plans(), declared);
    assert.deepEqual((await steps.account()).features, features);
  });

  itInFullRun("run the commands of CI without a difference", async () => {
    await steps.run(repository);
    const [commands = ""] = steps.commands("CI");
    const printed = await steps.run(commands);
    assert.match(printed, /No plan and no feature changes/);
    assert.deepEqual(await steps.plans(), declared);
  });

  itInFullRun("configure a key and the account that it must belong to", async () => {
    const { account } = await steps.account();
    const configure = steps
      .commands("Quick start")[4]
      ?.replace("sk_test_…", "$STRIPE_API_KEY")
      .replace("acct_…", account);
    await steps.run(configure);
    await steps.run("unset STRIPE_API_KEY\npulumi up");
    await assert.rejects(steps.run("pulumi config set stripe-entitlements:mode live\npulumi preview"), /live mode/);
  });

  const repository = `
    printf 'node_modules\\n' > .gitignore
    git init --quiet --initial-branch main && git add --all
    git -c user.name=test -c user.email=test@example.invalid commit --quiet --message "Start"`;
});

/** Whether a line of the output has the parts of a sample's line that `…` separates, in order. */
function isShown(line: string, output: string): boolean {
  const parts = line.trim().split("…");
  return output.split("\n").some((printed) => {
    let end = 0;
    return parts.every((part) => {
      const start = printed.indexOf(part, end);
      end = start + part.length;
      return start !== -1;
    });
  });
}
