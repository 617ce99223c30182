import assert from "node:assert/strict";
import { killDuring } from "../../chaos/support/killing";
import { runAgain } from "../../chaos/support/recovery";
import { describeInFullRun } from "../../support/full-run";
import { assertMoved, dynamicProgram, idsOf, keys } from "../../support/moved-stack";
import { severalCommands } from "../../support/pulumi";
import { useStack } from "../../support/stack";

/** Declares what {@link dynamicProgram} declares. */
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
    assert.deepEqual(moved.attached("prod_team"), keys);
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
    assert.deepEqual(moved.attached("prod_team"), keys);
    await moved.mustBeInLine();
  });
});
