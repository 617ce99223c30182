import assert from "node:assert/strict";
import { join } from "node:path";
import { type Outcome, severalCommands } from "../../support/pulumi";
import { isWrite, useStack } from "../../support/stack";

const featureType = "stripe-entitlements:index:Feature";
const attachmentType = "stripe-entitlements:index:ProductFeature";

interface Listed {
  readonly id: string;
  readonly name: string;
}

describe("pulumi do", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  let sso = "";
  let attached = "";

  before(async () => {
    const { dashboard } = stack();
    // The command reads the project of its folder.
    await stack().program("");
    const metadata = { pulumi_owner: "acme/dev/sso" };
    sso = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on", metadata }).id;
    attached = dashboard.attach("prod_team", sso).id;
    dashboard.createFeature({ lookupKey: "api", name: "API access" });
    stack().takeRequests();
  });

  function run(...args: readonly string[]): Promise<Outcome> {
    const bin = join(stack().directory, "..", "..", "node_modules", ".bin", "pulumi-resource-stripe-entitlements");
    return stack().run(["do", "--package", bin, ...args]);
  }

  async function must(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, output } = await run(...args);
    assert.equal(exitCode, 0, output);
    return stdout;
  }

  it("lists features, and attachments by ids that it reads", async () => {
    const features: Listed[] = JSON.parse(await must(featureType, "list"));
    assert.deepEqual(features.map(({ name }) => name).toSorted(), ["api", "sso"]);
    const attachments: Listed[] = JSON.parse(await must(attachmentType, "list", "--product", "prod_team"));
    assert.deepEqual(attachments, [{ id: `prod_team/${attached}`, name: "sso" }]);
    const read = JSON.parse(await must("--output", "json", attachmentType, "read", `prod_team/${attached}`));
    assert.deepEqual([read.product, read.lookupKey], ["prod_team", "sso"]);
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
  });

  it("creates a feature without a marker, changes it and archives it", async () => {
    const { dashboard } = stack();
    await must("--stateless", featureType, "create", "--lookup-key", "saml", "--name", "SAML", "--yes");
    const id = dashboard.features().find(({ lookup_key }) => lookup_key === "saml")?.id ?? "";
    await must("--stateless", featureType, "patch", id, "--name", "SAML 2", "--yes");
    assert.deepEqual([dashboard.feature(id)?.name, dashboard.feature(id)?.metadata], ["SAML 2", {}]);
    await must("--stateless", featureType, "delete", id, "--yes");
    assert.equal(dashboard.feature(id)?.active, false);
  });

  it("neither changes nor deletes what belongs to a stack", async () => {
    stack().takeRequests();
    for (const args of [
      [featureType, "patch", sso, "--name", "SSO"],
      [featureType, "delete", sso],
      [attachmentType, "delete", `prod_team/${attached}`],
    ]) {
      const { exitCode, output } = await run("--stateless", ...args, "--yes");
      assert.notEqual(exitCode, 0, output);
      assert.match(output, /belongs to acme\/dev\/sso/);
    }
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });
});
