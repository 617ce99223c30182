import assert from "node:assert/strict";
import { featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import { inFullRun, itInFullRun } from "../support/full-run";
import { importObjects } from "../support/import-objects";
import { severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

describe("Existing objects", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  let feature = "";
  let attachment = "";

  before(() => {
    const { dashboard } = stack();
    const metadata = { team: "identity" };
    feature = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on", metadata }).id;
    attachment = dashboard.attach("prod_team", feature).id;
  });

  it("are read by `get` with one request each and stay unmanaged", async () => {
    await stack().up(`
const sso = Feature.get("sso", "${feature}");
const teamSso = ProductFeature.get("team-sso", "${attachment}", { product: "prod_team" });
exports.sso = [sso.lookupKey, sso.name, sso.metadata, sso.active, sso.livemode];
exports.teamSso = [teamSso.product, teamSso.entitlementFeature, teamSso.lookupKey, teamSso.livemode];
`);
    assert.ok(stack().takeRequests().length <= 2);
    const { stdout } = await stack().must(["stack", "output", "--json"]);
    assert.deepEqual(JSON.parse(stdout), {
      sso: ["sso", "Single sign-on", { team: "identity" }, true, false],
      teamSso: ["prod_team", feature, "sso", false],
    });
    await stack().destroy();
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });

  itInFullRun("make `get` fail when they do not exist", async () => {
    for (const [program, message] of [
      [`Feature.get("sso", "feat_gone")`, /feat_gone/] as const,
      ...inFullRun([`ProductFeature.get("team-sso", "prodft_gone", { product: "prod_team" })`, /prodft_gone/] as const),
    ]) {
      await stack().program(program);
      const { exitCode, output } = await stack().run(["up", "--skip-preview"]);
      assert.notEqual(exitCode, 0, output);
      assert.match(output, message);
    }
  });

  it("are imported by `pulumi import --file`, and the next `up` writes only the marker", async () => {
    await importObjects(stack(), [
      { contract: featureContract, name: "sso", id: feature },
      { contract: productFeatureContract, name: "team-sso", id: attachment, props: { product: "prod_team" } },
    ]);
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
    await stack().program(`
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" } });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
`);
    assert.deepEqual(await stack().driftPlan(), ["update Feature sso", "update ProductFeature team-sso"]);
    await stack().up();
    assert.deepEqual(stack().takeRequests().filter(isWrite), [`POST /v1/entitlements/features/${feature}`]);
    assert.deepEqual(stack().dashboard.feature(feature)?.metadata, { team: "identity", pulumi_owner: "acme/dev/sso" });
    assert.equal(await stack().idOf("sso"), feature);
    assert.equal(await stack().idOf("team-sso"), attachment);
    const { outputs } = (await stack().objects()).find(({ id }) => id === attachment) ?? {};
    assert.deepEqual([outputs?.["lookupKey"], outputs?.["livemode"]], ["sso", false]);
    assert.match(String(outputs?.["account"]), /^acct_/);
  });
});
