import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { killDuring } from "../../chaos/support/killing";
import { runAgain } from "../../chaos/support/recovery";
import { describeInFullRun } from "../../support/full-run";
import { severalCommands } from "../../support/pulumi";
import { type TestStack, useStack } from "../../support/stack";

const keys = ["api", "audit", "sso"];

/** Declares three features and their attachments with dynamic resources. */
const dynamicProgram = `
for (const key of ${JSON.stringify(keys)}) {
  const feature = new Feature(key, { lookupKey: key, name: key, metadata: { team: "identity" } });
  new ProductFeature("team-" + key, { product: "prod_team", entitlementFeature: feature.id });
}
`;

/** Declares the same with the plugin's resources. */
const yamlProgram = `resources:\n${keys
  .map(
    (key) => `
  ${key}:
    type: stripe-entitlements:Feature
    properties: { lookupKey: ${key}, name: ${key}, metadata: { team: identity } }
  team-${key}:
    type: stripe-entitlements:ProductFeature
    properties: { product: prod_team, entitlementFeature: "\${${key}.id}" }
`,
  )
  .join("")}`;

/** Returns the name and the id of each feature and attachment in the state. */
async function idsOf(stack: TestStack): Promise<string[]> {
  return (await stack.objects()).map(({ urn, id }) => `${urn.split("::").at(-1)} ${id}`).sort();
}

/** Asserts that the state holds the same objects as resources of the plugin, and nothing else. */
async function assertMoved(stack: TestStack, ids: readonly string[]): Promise<void> {
  assert.deepEqual(await idsOf(stack), ids);
  const types = (await stack.exported()).filter(({ id }) => id !== undefined).map(({ type }) => type);
  assert.deepEqual([...new Set(types)].sort(), [
    "pulumi:providers:stripe-entitlements",
    "stripe-entitlements:index:Feature",
    "stripe-entitlements:index:ProductFeature",
  ]);
  assert.doesNotMatch(await readFile(stack.checkpointFile, "utf8"), /__provider/);
  assert.deepEqual(stack.attached("prod_team"), keys);
}

describe("A stack that moves from dynamic resources to a program in YAML", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  it("sends nothing, replaces nothing, and shows no change afterward", async () => {
    await stack().up(dynamicProgram);
    const ids = await idsOf(stack());
    stack().takeRequests();
    const moved = await stack().inYaml();
    const { output } = await moved.up(yamlProgram);
    assert.deepEqual(stack().takeRequests(), []);
    assert.doesNotMatch(output, /replace|delet|creat/i);
    await assertMoved(moved, ids);
    await moved.mustBeInLine();
    await moved.destroy();
    assert.deepEqual(stack().dashboard.features({ archived: false }), []);
  });
});

describeInFullRun("A move from dynamic resources to a program in YAML that is killed", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  it("is completed by the next `up`", async () => {
    await stack().up(dynamicProgram);
    const ids = await idsOf(stack());
    const moved = await stack().inYaml();
    // The move alone sends nothing. The request for a new name tells when to kill.
    const renamed = yamlProgram.replace("name: sso,", "name: Single sign-on,");
    await moved.program(renamed);
    await killDuring(moved, ["up", "--skip-preview"], "everything", { requests: 1, delay: 0 });
    const { exitCode, output } = await runAgain(moved, ["up", "--skip-preview"]);
    assert.equal(exitCode, 0, output);
    await assertMoved(moved, ids);
    await moved.mustBeInLine();
  });
});
