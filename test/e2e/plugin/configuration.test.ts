import assert from "node:assert/strict";
import { describeInFullRun } from "../../support/full-run";
import { severalCommands } from "../../support/pulumi";
import { isWrite, useStack } from "../../support/stack";
import { yamlFile } from "../../support/yaml-program";

describeInFullRun("Configuration of a program in YAML", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"], main: yamlFile });

  it("may be unknown in a preview, because another resource provides it", async () => {
    await stack().program(`
resources:
  holder:
    type: stripe-entitlements:Feature
    properties: { lookupKey: holder, name: Holder, metadata: { url: "${stack().emulator.url}" } }
  later:
    type: pulumi:providers:stripe-entitlements
    properties: { apiBase: "\${found.metadata.url}", maxRetries: 3 }
  sso:
    type: stripe-entitlements:Feature
    properties: { lookupKey: sso, name: Single sign-on }
    options: { provider: "\${later}" }
  team-sso:
    type: stripe-entitlements:ProductFeature
    properties: { product: prod_team, entitlementFeature: "\${sso.id}" }
    options: { provider: "\${later}" }
variables:
  found: { "fn::invoke": { function: "stripe-entitlements:getFeature", arguments: { id: "\${holder.id}" } } }
`);
    const { output } = await stack().must(["preview"]);
    assert.match(output, /\+ 5 to create/);
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
    await stack().up();
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });

  it("takes texts for truth values and numbers, and names a setting that has neither", async () => {
    for (const [key, value] of [
      ["archiveWhileAttached", "true"],
      ["maxRetries", "2"],
    ] as const) {
      await stack().must(["config", "set", `stripe-entitlements:${key}`, value]);
    }
    // Another tool attaches the feature, which the setting allows to archive nevertheless.
    stack().dashboard.createProduct({ id: "prod_other", name: "Other" });
    await stack().up(`
resources:
  api: { type: stripe-entitlements:Feature, properties: { lookupKey: api, name: API access } }
`);
    stack().dashboard.attach("prod_other", await stack().idOf("api"));
    await stack().up("resources: {}\n");
    assert.deepEqual(stack().dashboard.features({ archived: false }), []);

    await stack().must(["config", "set", "stripe-entitlements:archiveWhileAttached", "perhaps"]);
    await stack().program(`
resources:
  api: { type: stripe-entitlements:Feature, properties: { lookupKey: api, name: API access } }
`);
    const { exitCode, output } = await stack().run(["preview"]);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /stripe-entitlements:archiveWhileAttached must be true or false/);
  });
});
