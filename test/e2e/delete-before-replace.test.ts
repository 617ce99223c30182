import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isFullRun, itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { isWrite, type TestStack, useStack } from "../support/stack";

const verbatim = { mode: "verbatim" };

const onServer = ({ dashboard }: TestStack) => ({
  features: dashboard.features(),
  attachments: dashboard.productFeatures("prod_team"),
});

/** Sets `pulumi:autonaming` of the stack, which has no other configuration. */
async function setAutonaming({ directory }: TestStack, autonaming: object): Promise<void> {
  const file = join(directory, "Pulumi.dev.yaml");
  const [salt] = /^encryptionsalt:.*\n/m.exec(await readFile(file, "utf8")) ?? [];
  assert.ok(salt);
  await writeFile(file, `${salt}config: ${JSON.stringify({ "pulumi:autonaming": autonaming })}\n`);
}

/** Returns a program with a feature of this lookup key, and its attachment. */
const program = (lookupKey: string, options = "{}") => `
const sso = new Feature("sso", { lookupKey: "${lookupKey}", name: "Single sign-on" }, ${options});
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
`;

describe("A new lookup key when the engine deletes before it creates", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  before(async () => {
    stack().dashboard.createFeature({ lookupKey: "taken", name: "Made in the Dashboard" });
    await stack().up(program("sso"));
  });

  const keepsFirst = "{ deleteBeforeReplace: false }";
  const ways = [
    ["the option deleteBeforeReplace", {}, "{ deleteBeforeReplace: true }"],
    ["autonaming mode verbatim", verbatim, keepsFirst],
    ["autonaming mode disabled", { mode: "disabled" }, keepsFirst],
    ["an autonaming pattern without randomness", { pattern: "${project}-${name}" }, keepsFirst],
  ] as const;
  for (const [way, autonaming, options] of isFullRun ? ways : ways.slice(0, 2)) {
    it(`changes nothing if the key is taken, with ${way}`, async () => {
      const [server, state] = [onServer(stack()), await stack().objects()];
      await setAutonaming(stack(), autonaming);
      await stack().program(program("taken", options));
      const { exitCode, output } = await stack().run(["up", "--skip-preview"]);
      assert.notEqual(exitCode, 0, output);
      assert.deepEqual(onServer(stack()), server);
      assert.deepEqual(await stack().objects(), state);
      assert.match(output, /an active feature already has th\w+ lookup key.*: feat_\w+, without a marker/);
    });
  }

  it("replaces the feature if the key is free", async () => {
    const old = await stack().idOf("sso");
    await setAutonaming(stack(), verbatim);
    await stack().up(program("single-sign-on"));
    assert.equal(stack().dashboard.feature(old)?.active, false);
    assert.deepEqual(stack().attached("prod_team"), ["single-sign-on"]);
  });

  it("leaves the old feature to a resource that declares its key now", async () => {
    const old = await stack().idOf("sso");
    const successor = `new Feature("successor", { lookupKey: "single-sign-on", name: "Single sign-on" });`;
    await stack().up(program("sso-2") + successor);
    assert.equal(stack().dashboard.feature(old)?.active, true);
    assert.equal(await stack().idOf("successor"), old);
    assert.deepEqual(stack().dashboard.feature(old)?.metadata, { pulumi_owner: "acme/dev/successor" });
    assert.deepEqual(stack().attached("prod_team"), ["sso-2"]);
    await stack().mustBeInLine();
  });

  itInFullRun("creates first if this provider's autonaming mode is default", async () => {
    await setAutonaming(stack(), verbatim);
    const setting = "pulumi:autonaming.providers.pulumi-nodejs.mode";
    await stack().must(["config", "set", "--path", setting, "default"]);
    stack().takeRequests();
    await stack().up(program("sso-3"));
    const writes = stack().takeRequests().filter(isWrite);
    const firstDelete = writes.findIndex((request) => request.startsWith("DELETE "));
    assert.deepEqual(writes.slice(0, firstDelete), [
      "POST /v1/entitlements/features",
      "POST /v1/products/prod_team/features",
    ]);
    assert.deepEqual(stack().attached("prod_team"), ["sso-3"]);
  });
});
