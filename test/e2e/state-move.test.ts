import assert from "node:assert/strict";
import { describeInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { isWrite, useTwoStacks } from "../support/stack";

/** Returns a declaration of an attachment to prod_team. */
const attach = (key: string, feature: string) =>
  `new ProductFeature("team-${key}", { product: "prod_team", entitlementFeature: ${feature} });`;

const sso = `const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });`;
const audit = `const audit = new Feature("audit", { lookupKey: "audit", name: "Audit log" });`;

describeInFullRun("An attachment and another feature that `pulumi state move` moves to a second stack", function () {
  this.timeout(severalCommands);
  const stacks = useTwoStacks({ products: ["prod_team"] });
  const attachments: Record<string, string> = {};

  before(async () => {
    const { dev, staging } = stacks();
    await dev.up(sso + audit + attach("sso", "sso.id") + attach("audit", "audit.id"));
    const [ssoId, auditId] = [await dev.idOf("sso"), await dev.idOf("audit")];
    for (const name of ["team-sso", "team-audit"]) attachments[name] = await dev.idOf(name);
    const moved = [await dev.urnOf("team-sso"), await dev.urnOf("audit")];
    await dev.must(["state", "move", "--source", "dev", "--dest", "staging", "--yes", ...moved]);
    await dev.program(sso + attach("audit", `"${auditId}"`));
    await staging.program(audit + attach("sso", `"${ssoId}"`));
    dev.takeRequests();
  });

  it("stay with the stacks whose states hold them", async () => {
    const { dev, staging } = stacks();
    await staging.up();
    await staging.mustBeInLine();
    await dev.up(undefined, "--refresh");
    assert.equal(await staging.idOf("team-sso"), attachments["team-sso"]);
    assert.equal(await dev.idOf("team-audit"), attachments["team-audit"]);
    const writes = dev.takeRequests().filter(isWrite);
    assert.deepEqual(writes, [`POST /v1/entitlements/features/${await staging.idOf("audit")}`]);
  });

  it("are deleted by the stack whose state holds them, and nothing else is", async () => {
    const { dev, staging } = stacks();
    await staging.must(["destroy", "--skip-preview"], { STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED: "true" });
    const active = dev.dashboard.features({ archived: false }).map(({ lookup_key }) => lookup_key);
    assert.deepEqual(active, ["sso"]);
    assert.deepEqual(dev.attached("prod_team"), ["audit"]);
  });
});
