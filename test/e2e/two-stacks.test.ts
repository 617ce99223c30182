import assert from "node:assert/strict";
import { featureContract } from "../../provider/dynamic/contract";
import { describeInFullRun, itInFullRun } from "../support/full-run";
import { importObjects } from "../support/import-objects";
import { severalCommands } from "../support/pulumi";
import { useTwoStacks } from "../support/stack";

const features = (adopt: string) => `
new Feature("sso", { lookupKey: "sso", name: "Single sign-on", ...${adopt} });
new Feature("audit", { lookupKey: "audit", name: "Audit log", ...${adopt} });
`;
const sso = `new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });`;

describe("A stack that writes no markers, and a stack that has adopted its feature", function () {
  this.timeout(severalCommands);
  const stacks = useTwoStacks();
  let restoreDev = async () => {};

  before(async () => {
    const { dev, staging } = stacks();
    await dev.up(sso, "--config", "stripe-entitlements:ownership=none");
    await staging.up(features("{}"), "--config", "stripe-entitlements:adopt=unowned");
    await importObjects(dev, [{ contract: featureContract, name: "audit", id: await staging.idOf("audit") }]);
    restoreDev = await dev.saveState();
  });

  beforeEach(() => restoreDev());

  it("keep the second stack's markers in `up --refresh` of the first, which is rejected", async () => {
    const { dev } = stacks();
    await dev.program(features("{}"));
    const { exitCode, output } = await dev.run(["up", "--refresh", "--skip-preview"]);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /taken over by acme\/staging\/sso/);
    assert.match(output, /marker is acme\/staging\/audit/);
    assertOfStaging();
    for (const { outputs } of await dev.objects()) assert.doesNotMatch(`${outputs?.["owner"]}`, /staging/);
  });

  it("keep the second stack's features in `destroy --refresh` of the first", async () => {
    await stacks().dev.must(["destroy", "--refresh", "--skip-preview"]);
    assertOfStaging();
  });

  itInFullRun("lose the second stack's markers to the first with adopt: any", async () => {
    const { dev, staging } = stacks();
    await dev.up(features(`{ adopt: "any" }`), "--refresh");
    assert.deepEqual(
      dev.dashboard.features().map(({ id, active, metadata }) => ({ id, active, metadata })),
      [await staging.idOf("audit"), await staging.idOf("sso")].map((id) => ({ id, active: true, metadata: {} })),
    );
  });

  function assertOfStaging() {
    assert.deepEqual(
      stacks()
        .dev.dashboard.features()
        .map(({ active, metadata }) => [active, metadata]),
      [
        [true, { pulumi_owner: "acme/staging/audit" }],
        [true, { pulumi_owner: "acme/staging/sso" }],
      ],
    );
  }
});

describeInFullRun("A feature whose marker is removed by hand, refreshed, then adopted by another stack", function () {
  this.timeout(severalCommands);
  const stacks = useTwoStacks();

  it("is left to the second stack by `destroy --refresh` of the first", async () => {
    const { dev, staging } = stacks();
    await dev.up(sso);
    const id = await dev.idOf("sso");
    dev.dashboard.setMetadata(id, {});
    await dev.must(["refresh", "--skip-preview"]);
    await staging.up(sso, "--config", "stripe-entitlements:adopt=unowned");
    await dev.must(["destroy", "--refresh", "--skip-preview"]);
    const { active, metadata } = dev.dashboard.feature(id) ?? {};
    assert.deepEqual([active, metadata], [true, { pulumi_owner: "acme/staging/sso" }]);
  });
});
