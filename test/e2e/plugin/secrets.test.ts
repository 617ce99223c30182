import assert from "node:assert/strict";
import { inFullRun } from "../../support/full-run";
import { severalCommands } from "../../support/pulumi";
import { useStack } from "../../support/stack";
import { yamlFile } from "../../support/yaml-program";

describe("Secrets of a program in YAML", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"], main: yamlFile });

  const program = (name: string) => `
resources:
  sso:
    type: stripe-entitlements:Feature
    properties:
      lookupKey: sso
      name: { "fn::secret": "${name}" }
      metadata: { token: { "fn::secret": hidden-token } }
  team-sso:
    type: stripe-entitlements:ProductFeature
    properties: { product: prod_team, entitlementFeature: "\${sso.id}" }
outputs:
  name: \${sso.name}
`;

  it("stay encrypted in the state and out of the output, and so does a configured key", async () => {
    const { apiKey } = stack().emulator;
    await stack().must(["config", "set", "--secret", "stripe-entitlements:apiKey", apiKey]);
    for (const [command, name] of [
      ["up", "hidden name"] as const,
      ...inFullRun(["refresh", "hidden name"] as const),
      ["up", "hidden new name"] as const,
    ]) {
      await stack().program(program(name));
      const { output } = await stack().must([command, "--skip-preview"], { STRIPE_API_KEY: undefined });
      assert.doesNotMatch(output, /hidden|sk_test_/);
      for (const file of await stack().stateFiles()) assert.doesNotMatch(file, /hidden|sk_test_/);
    }
    const [feature] = stack().dashboard.features();
    assert.deepEqual([feature?.name, feature?.metadata["token"]], ["hidden new name", "hidden-token"]);
  });
});
