import assert from "node:assert/strict";
import { inFullRun, itInFullRun } from "../support/full-run";
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
    emulator: {
      accounts: [{ apiKeys: { live: "sk_org_madeUpForTests" } }],
      // Stripe does not document its hint at a similar object in the other mode.
      choices: { otherModeHint: "omitted" },
    },
  });

  before(async () => {
    await stack().up(sso);
    stack().emulator.live.dashboard.createProduct({ id: "prod_team", name: "Team" });
  });

  for (const command of ["refresh", "destroy", ...inFullRun("up --refresh")]) {
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

describe("An API key of another account", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const elsewhere = () => stack().emulator.environment({ account: "acct_elsewhere", livemode: false });
  // The engine sends independent resources in any order.
  const api = `const api = new Feature("api", { lookupKey: "api", name: "API access" }, { dependsOn: [sso] });`;
  const audit = `new Feature("audit", { lookupKey: "audit", name: "Audit log" }, { dependsOn: [sso, api] });`;

  before(async () => {
    await stack().up(sso);
    await stack().program(sso + api);
  });

  it("makes a preview fail that has a new resource", async () => {
    stack().takeRequests();
    const { exitCode, output } = await stack().run(["preview"], { STRIPE_API_KEY: elsewhere().apiKey });
    assert.notEqual(exitCode, 0, output);
    assert.match(
      output,
      /error: .*the API key belongs to account acct_elsewhere, but the stack's state says account acct_/,
    );
    assert.match(output, /error: `pulumi up` would fail\./);
    assert.deepEqual(stack().takeRequests(), ["GET /v1/account"]);
  });

  // test/e2e/blind-spots.test.ts does the same with a key of the other mode.
  itInFullRun("makes `up --target` say where it creates, and how to allow only one account and mode", async () => {
    const { apiKey, dashboard } = elsewhere();
    const { output } = await stack().must(["up", "--skip-preview", "--target", "**api"], { STRIPE_API_KEY: apiKey });
    assert.equal(dashboard.features().length, 1);
    for (const line of [
      "Creating in acct_elsewhere, test mode",
      "pulumi config set stripe-entitlements:account acct_elsewhere",
      "pulumi config set stripe-entitlements:mode test",
    ]) {
      assert.ok(output.includes(line), output);
    }
  });

  itInFullRun("makes the next create fail with the resources of each account", async () => {
    const server = stack().dashboard.features();
    await stack().program(sso + api + audit);
    const { exitCode, output } = await stack().run(["up", "--skip-preview"]);
    assert.notEqual(exitCode, 0, output);
    assert.deepEqual(stack().dashboard.features(), server);
    assert.match(output, /Feature "sso" \(.*in account acct_\w+, Feature "api" \(.*in account acct_elsewhere/);
  });
});
