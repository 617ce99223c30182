import assert from "node:assert/strict";
import type { Environment } from "../../emulator";
import { severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

const sso = `
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
`;

describe("An API key of the other mode whose prefix does not tell the mode", function () {
  this.timeout(severalCommands);
  const stack = useStack({
    products: ["prod_team"],
    emulator: { accounts: [{ apiKeys: { live: "sk_org_madeUpForTests" } }] },
  });

  before(async () => {
    await stack().up(sso);
    stack().emulator.live.dashboard.createProduct({ id: "prod_team", name: "Team" });
    // Stripe may leave out its hint at a similar object in the other mode.
    const error = { status: 404, code: "resource_missing", message: "No such object" };
    stack().emulator.faults.add({ kind: "status", ...error, method: "GET", route: "/v1/entitlements/features/:id" });
  });

  for (const command of ["refresh", "up --refresh", "destroy"]) {
    it(`makes \`${command}\` fail without a change`, async () => {
      const { apiKey, dashboard } = stack().emulator.live;
      const state = await stack().objects();
      stack().takeRequests();
      const args = [...command.split(" "), "--skip-preview"];
      const { exitCode, output } = await stack().run(args, { STRIPE_API_KEY: apiKey });
      assert.notEqual(exitCode, 0, output);
      assert.deepEqual(await stack().objects(), state);
      assert.deepEqual(stack().takeRequests().filter(isWrite), []);
      assert.deepEqual(dashboard.features(), []);
      assert.match(output, /the API key belongs to live mode, but the stack's state says test mode/);
    });
  }
});

describe("`up --target` with an API key of another account or mode", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const feature = (name: string) => `new Feature("${name}", { lookupKey: "${name}", name: "${name}" });`;
  const urnOf = (name: string) => `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/stripe-entitlements:Feature::${name}`;
  const environments: Readonly<Record<string, () => Environment>> = {
    account: () => stack().emulator.environment({ account: "acct_elsewhere", livemode: false }),
    mode: () => stack().emulator.live,
  };

  before(() => stack().up(sso));

  for (const [difference, environment] of Object.entries(environments)) {
    it(`says where it creates, with a key of another ${difference}`, async () => {
      const { account, livemode, apiKey, dashboard } = environment();
      await stack().program(sso + feature(difference));
      const args = ["up", "--skip-preview", "--target", `**${difference}`];
      const { output } = await stack().must(args, { STRIPE_API_KEY: apiKey });
      assert.deepEqual(
        dashboard.features().map(({ lookup_key }) => lookup_key),
        [difference],
      );
      const mode = livemode ? "live" : "test";
      assert.ok(output.includes(`Creating in ${account}, ${mode} mode`), output);
      assert.ok(output.includes(`pulumi config set stripe-entitlements:account ${account}`), output);
      assert.ok(output.includes(`pulumi config set stripe-entitlements:mode ${mode}`), output);
    });

    it(`makes the next create fail with the resources of each ${difference}`, async () => {
      const state = await stack().objects();
      stack().takeRequests();
      await stack().program(sso + feature(difference) + feature("third"));
      const { exitCode, output } = await stack().run(["up", "--skip-preview"]);
      assert.notEqual(exitCode, 0, output);
      assert.deepEqual(stack().takeRequests().filter(isWrite), []);
      assert.deepEqual(await stack().objects(), state);
      assert.match(output, /Feature "sso"/);
      assert.match(output, new RegExp(`Feature "${difference}"`));
      await stack().must(["state", "delete", urnOf(difference)]);
    });
  }
});
