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
});
