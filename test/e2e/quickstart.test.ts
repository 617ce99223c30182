import assert from "node:assert/strict";
import { copyFile, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describeInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
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
