import assert from "node:assert/strict";
import { killDuring } from "../../chaos/support/killing";
import { runAgain } from "../../chaos/support/recovery";
import { describeInFullRun } from "../../support/full-run";
import { assertMoved, dynamicProgram, idsOf, keys, typesOf } from "../../support/moved-stack";
import { nodeSdk } from "../../support/node-sdk";
import { plannedSteps } from "../../support/pulumi";
import { type TestStack, useStack } from "../../support/stack";
import { buildTimeoutMs } from "../../support/yaml-program";

/** The program with the SDK's classes, which have the names and inputs of the package's. */
const sdkProgram = dynamicProgram;

/** Previews and runs the first `up` of the moved stack. Neither may send anything. */
async function assertMoveSendsNothing(moved: TestStack, program: string): Promise<void> {
  await moved.program(program);
  moved.takeRequests();
  const updates = (await moved.objects()).map(({ urn }) => {
    const [, , type = "", name = ""] = urn.split("::");
    return `update ${type.split(":").at(-1)} ${name}`;
  });
  const { stdout } = await moved.must(["preview", "--json"]);
  assert.deepEqual(plannedSteps(stdout).sort(), updates.sort());
  const { output } = await moved.up();
  assert.doesNotMatch(output, /replace|delet|creat/i);
  assert.deepEqual(moved.takeRequests(), []);
}

describe("A stack that moves from the classes to the SDK for Node.js", function () {
  this.timeout(buildTimeoutMs);
  const stack = useStack({ products: ["prod_team"] });

  it("sends nothing, replaces nothing, and shows no change afterward", async () => {
    await stack().up(dynamicProgram);
    const ids = await idsOf(stack());
    const moved = await stack().withNodeSdk();
    await assertMoveSendsNothing(moved, sdkProgram);
    await assertMoved(moved, ids);
    assert.deepEqual(moved.attached("prod_team"), keys);
    await moved.mustBeInLine();
    await moved.destroy();
    assert.deepEqual(moved.dashboard.features({ archived: false }), []);
  });
});

describeInFullRun("A stack whose catalog moves to the SDK for Node.js", function () {
  this.timeout(buildTimeoutMs);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"] });
  const features = { sso: { name: "Single sign-on", metadata: { team: "identity" } }, audit: { name: "Audit log" } };
  const plans = { team: { features: ["audit"] }, enterprise: { includes: ["team"], features: ["sso"] } };
  const products = { team: "prod_team", enterprise: "prod_enterprise" };

  it("sends nothing, replaces nothing, and shows no change afterward", async () => {
    await stack().up(`
const { EntitlementCatalog } = require("pulumi-stripe-entitlements");
const { defineCatalog } = require("pulumi-stripe-entitlements/catalog");
const catalog = defineCatalog(${JSON.stringify({ features, plans })});
new EntitlementCatalog("acme", { catalog, products: ${JSON.stringify(products)} });
`);
    const ids = await idsOf(stack());
    assert.equal(ids.length, 5);
    const moved = await stack().withNodeSdk();
    await assertMoveSendsNothing(
      moved,
      `const { EntitlementCatalog } = require("${nodeSdk}");
new EntitlementCatalog("acme", ${JSON.stringify({ features, plans, products })});`,
    );
    await assertMoved(moved, ids);
    assert.deepEqual([moved.attached("prod_team"), moved.attached("prod_enterprise")], [["audit"], ["audit", "sso"]]);
    await moved.mustBeInLine();
  });
});

describeInFullRun("A move from the classes to the SDK for Node.js that is killed", function () {
  this.timeout(buildTimeoutMs);
  const stack = useStack({ products: ["prod_team"] });

  it("is completed by the next `up`", async () => {
    await stack().up(dynamicProgram);
    const ids = await idsOf(stack());
    const moved = await stack().withNodeSdk();
    // The move alone sends nothing. While the server delays a new name, the others are moved.
    const renamed = sdkProgram.replace("name: key", 'name: key === "sso" ? "Single sign-on" : key');
    await moved.program(renamed);
    const latency = moved.emulator.faults.add({ kind: "latency", ms: 3000, method: "POST" });
    const secondIsRename = { requests: 2, delay: 0 };
    await killDuring(moved, ["up", "--skip-preview"], "everything", secondIsRename);
    latency.remove();
    const types = await typesOf(moved);
    for (const type of [
      "pulumi-nodejs:dynamic/stripe-entitlements:ProductFeature",
      "stripe-entitlements:index:Feature",
    ])
      assert.ok(types.includes(type), types.join());

    const { exitCode, output } = await runAgain(moved, ["up", "--skip-preview"]);
    assert.equal(exitCode, 0, output);
    await assertMoved(moved, ids);
    assert.deepEqual(moved.attached("prod_team"), keys);
    assert.deepEqual(
      moved.dashboard
        .features()
        .map(({ name }) => name)
        .sort(),
      ["Single sign-on", "api", "audit"],
    );
    await moved.mustBeInLine();
  });
});
