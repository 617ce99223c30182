import assert from "node:assert/strict";
import { inFullRun, itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

describe("Resource options", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const program = (options: string, key = "sso") => `
const sso = new Feature("sso", { lookupKey: "${key}", name: "Single sign-on" }, ${options});
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id }, ${options});
`;

  it("`protect` prevents deletion and replacement", async () => {
    await stack().up(program("{ protect: true }"));
    stack().takeRequests();
    const destroyed = await stack().run(["destroy", "--skip-preview"]);
    assert.notEqual(destroyed.exitCode, 0);
    await stack().program(program("{ protect: true }", "saml"));
    const replaced = await stack().run(["up", "--skip-preview"]);
    assert.notEqual(replaced.exitCode, 0);
    assert.match(replaced.output, /marked for protection/);
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });

  it("`protect` on an attachment rejects its replacement until `pulumi state unprotect`", async () => {
    const archived = await stack().idOf("sso");
    stack().dashboard.archiveFeature(archived);
    await stack().program(program("{ protect: true }"));
    const { exitCode, output } = await stack().run(["up", "--refresh", "--skip-preview"]);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /was archived outside Pulumi.*`pulumi state unprotect/);
    await stack().must(["state", "unprotect", await stack().urnOf("team-sso"), "--yes"]);
    await stack().up();
    assert.notEqual(await stack().idOf("sso"), archived);
    const [{ entitlement_feature } = assert.fail(), ...others] = stack().dashboard.productFeatures("prod_team");
    assert.deepEqual([entitlement_feature.id, others], [await stack().idOf("sso"), []]);
  });

  itInFullRun("`ignoreChanges` keeps a name that was changed in the Dashboard", async () => {
    const id = await stack().idOf("sso");
    await stack().up(program(`{ ignoreChanges: ["name"] }`));
    stack().dashboard.renameFeature(id, "Renamed by hand");
    await stack().up(undefined, "--refresh");
    assert.equal(stack().dashboard.feature(id)?.name, "Renamed by hand");
  });

  const component = `new pulumi.ComponentResource("acme:index:Plan", "team", {}, { deletedWith: sso })`;
  const transform = `({ props, opts }) => ({ props, opts: { ...opts, deletedWith: sso } })`;
  for (const [source, options] of [
    ["a component", `{ parent: ${component} }`],
    ...inFullRun(["a transform", `{ transforms: [${transform}] }`]),
  ]) {
    it(`\`deletedWith\` a Feature is rejected for an attachment also if it comes from ${source}`, async () => {
      await stack().program(`
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id }, ${options});
`);
      const { exitCode, output } = await stack().run(["preview"]);
      assert.notEqual(exitCode, 0, output);
      assert.match(output, /ProductFeature "team-sso": deletedWith cannot be a Feature.* Remove the option/);
    });
  }

  itInFullRun("`retainOnDelete` keeps the feature and its attachment in Stripe", async () => {
    await stack().up(program("{ retainOnDelete: true }"));
    stack().takeRequests();
    await stack().destroy();
    assert.deepEqual(await stack().exported(), []);
    assert.deepEqual(stack().takeRequests(), []);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });
});
