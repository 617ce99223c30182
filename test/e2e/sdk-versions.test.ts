import assert from "node:assert/strict";
import { copyFile, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { version as newestVersion } from "@pulumi/pulumi/package.json";
import { peerDependencies } from "../../package.json";
import { describeInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

const checkout = resolve(__dirname, "../..");
const quickstart = join(checkout, "examples", "quickstart");

const [, oldestVersion = ""] = /^>=(\d+\.\d+\.\d+)$/.exec(peerDependencies["@pulumi/pulumi"]) ?? [];

for (const [age, sdkVersion] of [
  ["oldest", oldestVersion],
  ["newest", newestVersion],
] as const) {
  describeInFullRun(`The ${age} supported version of @pulumi/pulumi`, function () {
    this.timeout(severalCommands);
    const products = ["prod_team", "prod_enterprise"];
    const stack = useStack({ main: "index.ts", products, sdkVersion });

    it("is installed in the project", async () => {
      const manifest = join(stack().directory, "..", "..", "node_modules", "@pulumi", "pulumi", "package.json");
      assert.equal(JSON.parse(await readFile(manifest, "utf8")).version, sdkVersion);
    });

    before(async () => {
      await stack().program(await readFile(join(quickstart, "index.ts"), "utf8"));
      await copyFile(join(quickstart, "tsconfig.json"), join(stack().directory, "tsconfig.json"));
      await stack().must(["config", "set", "teamProduct", "prod_team"]);
      await stack().must(["config", "set", "enterpriseProduct", "prod_enterprise"]);
    });

    // The report reads private properties of the SDK's outputs.
    it("compares new resources with Stripe in a preview", async () => {
      const { dashboard } = stack();
      const own = { pulumi_owner: "acme/dev/sso" };
      const sso = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on", metadata: own });
      const taken = dashboard.createFeature({ lookupKey: "api", name: "Taken" });
      const { exitCode, output } = await stack().run(["preview"]);
      assert.notEqual(exitCode, 0, output);
      assert.match(
        output,
        new RegExp(`up will adopt ${sso.id}, .* this resource created: adds metadata team "identity"`),
      );
      assert.match(output, /error: Feature "api" .*: an active feature already has this lookup key/);
      assert.match(output, /error: 1 resource would be rejected by `pulumi up`/);
      for (const { id } of [sso, taken]) dashboard.archiveFeature(id);
    });

    it("deploys a TypeScript program", async () => {
      await stack().up();
      assert.deepEqual(stack().attached("prod_team"), ["api", "audit-log", "projects"]);
      assert.deepEqual(stack().attached("prod_enterprise"), ["api", "audit-log", "projects", "sla", "sso"]);
    });

    // The list of the keys is a private property of the SDK.
    it("rejects a key of the configuration that is not a setting", async () => {
      await stack().must(["config", "set", "stripe-entitlements:acount", "acct_1"]);
      const { exitCode, output } = await stack().run(["preview"]);
      assert.notEqual(exitCode, 0, output);
      assert.match(output, /stripe-entitlements:acount is not a setting \(did you mean "account"\?\)/);
      await stack().must(["config", "rm", "stripe-entitlements:acount"]);
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
