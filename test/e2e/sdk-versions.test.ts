import assert from "node:assert/strict";
import { copyFile, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { version as newestVersion } from "@pulumi/pulumi/package.json";
import { peerDependencies } from "../../package.json";
import { severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

const checkout = resolve(__dirname, "../..");
const quickstart = join(checkout, "examples", "quickstart");

const [, oldestVersion = ""] = /^>=(\d+\.\d+\.\d+)$/.exec(peerDependencies["@pulumi/pulumi"]) ?? [];

for (const [age, sdkVersion] of [
  ["oldest", oldestVersion],
  ["newest", newestVersion],
] as const) {
  describe(`The ${age} supported version of @pulumi/pulumi`, function () {
    this.timeout(severalCommands);
    const products = ["prod_team", "prod_enterprise"];
    const stack = useStack({ main: "index.ts", products, sdkVersion });

    it("is installed in the project", async () => {
      const manifest = join(stack().directory, "..", "..", "node_modules", "@pulumi", "pulumi", "package.json");
      assert.equal(JSON.parse(await readFile(manifest, "utf8")).version, sdkVersion);
    });

    it("deploys a TypeScript program", async () => {
      await stack().program(await readFile(join(quickstart, "index.ts"), "utf8"));
      await copyFile(join(quickstart, "tsconfig.json"), join(stack().directory, "tsconfig.json"));
      await stack().must(["config", "set", "teamProduct", "prod_team"]);
      await stack().must(["config", "set", "enterpriseProduct", "prod_enterprise"]);
      await stack().up();
      assert.deepEqual(stack().attached("prod_team"), ["api", "audit-log", "projects"]);
      assert.deepEqual(stack().attached("prod_enterprise"), ["api", "audit-log", "projects", "sla", "sso"]);
      await stack().mustBeInLine();
    });

    it("plans the replacement of a feature archived in the Dashboard", async () => {
      stack().dashboard.archiveFeature(await stack().idOf("sso"));
      assert.deepEqual((await stack().driftPlan()).toSorted(), [
        "create Feature sso",
        "replace ProductFeature enterprise-sso",
      ]);
    });

    it("destroys the stack and archives its features", async () => {
      await stack().destroy();
      assert.deepEqual(stack().dashboard.features({ archived: false }), []);
      assert.deepEqual(await stack().exported(), []);
    });
  });
}
