import assert from "node:assert/strict";
import { describeInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

/** A resource whose value is unknown until it is created, like a product of another provider. */
const later = `
class Later extends pulumi.dynamic.Resource {
  constructor(name, given) {
    super({ create: async ({ given }) => ({ id: "later", outs: { given, value: given } }) }, name, { given, value: undefined });
  }
}
`;

describeInFullRun("An input whose value is unknown in a preview", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  it("is previewed and used by `up`", async () => {
    await stack().program(`${later}
const product = new Later("product", "prod_team").value;
const sso = new Feature("sso", {
  lookupKey: new Later("key", "sso").value,
  name: new Later("name", "Single sign-on").value,
  metadata: { team: new Later("team", "identity").value },
});
new Feature("api", { lookupKey: "api", name: "API access", metadata: new Later("all", { tier: "gold" }).value });
new ProductFeature("team-sso", { product, entitlementFeature: sso.id });
`);
    await stack().must(["preview"]);
    // The key of `api` is known, so the preview looks for it.
    assert.deepEqual(stack().takeRequests(), ["GET /v1/account", "GET /v1/entitlements/features"]);
    await stack().up();
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
    const features = stack()
      .dashboard.features()
      .map(({ name, metadata }) => ({ name, ...metadata }));
    assert.deepEqual(
      features.sort((one, other) => one.name.localeCompare(other.name)),
      [
        { name: "API access", tier: "gold", pulumi_owner: "acme/dev/api" },
        { name: "Single sign-on", team: "identity", pulumi_owner: "acme/dev/sso" },
      ],
    );
  });

  it("is checked by `up` when it is known", async () => {
    await stack().program(`${later}
new Feature("invalid", { lookupKey: "invalid", name: new Later("long", "n".repeat(81)).value });
`);
    await stack().must(["preview"]);
    const { exitCode, output } = await stack().run(["up", "--skip-preview"]);
    assert.notEqual(exitCode, 0);
    assert.match(output, /name\b.*must not be longer than 80 characters/);
    const keys = stack()
      .dashboard.features()
      .map(({ lookup_key }) => lookup_key);
    assert.ok(!keys.includes("invalid"));
  });
});
