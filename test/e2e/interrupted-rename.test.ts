import assert from "node:assert/strict";
import { describeInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

const sso = `new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });`;

/**
 * Adopts the feature of `sso`. The failure of the attachment ends the run before `sso` is deleted.
 */
const interruptedRename = `
const renamed = new Feature("single-sign-on", { lookupKey: "sso", name: "Single sign-on", adopt: "any" });
new ProductFeature("attached", { product: "prod_missing", entitlementFeature: renamed.id });
`;

// In `npm test`, test/provider/lifecycle/ownership/keep-declared.test.ts does the same without the
// CLI.
describeInFullRun("A feature whose rename was interrupted and reverted", function () {
  this.timeout(severalCommands);
  const stack = useStack();

  it("gets the marker of the declared resource again, and is archived with it", async () => {
    await stack().up(sso);
    const id = await stack().idOf("sso");
    await stack().program(interruptedRename);
    const interrupted = await stack().run(["up", "--skip-preview"]);
    assert.match(interrupted.output, /product prod_missing does not exist/);
    assert.deepEqual(stack().dashboard.feature(id)?.metadata, { pulumi_owner: "acme/dev/single-sign-on" });
    assert.deepEqual([await stack().idOf("sso"), await stack().idOf("single-sign-on")], [id, id]);

    await stack().up(sso);
    assert.deepEqual(stack().dashboard.feature(id)?.metadata, { pulumi_owner: "acme/dev/sso" });
    await stack().destroy();
    assert.equal(stack().dashboard.feature(id)?.active, false);
  });
});
