import assert from "node:assert/strict";
import { describeInFullRun, inFullRun } from "../support/full-run";
import { type Environment, severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

/** Calls every function. Some results become inputs of resources, and one depends on a resource. */
const program = `
const functions = require("pulumi-stripe-entitlements");
const { getFeature, getFeatureOutput, listActiveEntitlements, listFeatures, listFeaturesOutput, listProductFeatures, listProducts } = functions;
module.exports = async () => {
  const { products } = await listProducts({ active: true });
  const [sso, api] = await Promise.all(["sso", "api"].map((lookupKey) => getFeature({ lookupKey })));
  const { features } = await listFeatures();
  for (const { id } of products) new ProductFeature(id + "-sso", { product: id, entitlementFeature: sso.id, adopt: "unowned" });
  const beta = new Feature("beta", { lookupKey: "beta", name: "Beta access" });
  return {
    features: features.map(({ lookupKey }) => lookupKey).sort(),
    api: api.name,
    entitled: (await listActiveEntitlements({ customer: "cus_1" })).activeEntitlements.map(({ lookupKey }) => lookupKey),
    attached: (await listProductFeatures({ product: "prod_team" })).productFeatures.map(({ lookupKey }) => lookupKey),
    owner: getFeatureOutput({ lookupKey: beta.lookupKey }).owner,
    after: listFeaturesOutput({}, { dependsOn: beta }).apply(({ features }) => features.length),
  };
};
`;

describeInFullRun("Functions in a program", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  // The key is only in the stack's secret configuration.
  const noKey: Environment = { STRIPE_API_KEY: undefined };

  before(async () => {
    const { dashboard, emulator } = stack();
    const sso = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    dashboard.createFeature({ lookupKey: "api", name: "API access" });
    dashboard.attach("prod_team", sso.id);
    dashboard.createCustomer({ id: "cus_1", products: ["prod_team"] });
    await stack().must(["config", "set", "--secret", "stripe-entitlements:apiKey", emulator.apiKey]);
    await stack().program(program);
  });

  it("send each request once in a preview and return unknown values for new objects", async () => {
    const { output } = await stack().must(["preview"], noKey);
    assert.match(output, /\+ 3 to create/);
    assert.match(output, /owner *: \[unknown\]|owner *: output<string>/);
    const ofFunctions = [
      "GET /v1/entitlements/active_entitlements",
      "GET /v1/entitlements/features",
      "GET /v1/products",
      "GET /v1/products/prod_team/features",
    ];
    // The preview itself compares the new resources.
    const ofPreview = ["GET /v1/account", "GET /v1/entitlements/features", "GET /v1/products/prod_team/features"];
    assert.deepEqual(stack().takeRequests().sort(), [...ofFunctions, ...ofPreview].sort());
  });

  it("return existing objects for an `up`, and objects that the same `up` creates", async () => {
    await stack().must(["up", "--skip-preview"], noKey);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
    const reads = stack()
      .takeRequests()
      .filter((request) => !isWrite(request));
    const { stdout } = await stack().must(["stack", "output", "--json"], noKey);
    assert.deepEqual(JSON.parse(stdout), {
      features: ["api", "sso"],
      api: "API access",
      entitled: ["sso"],
      attached: ["sso"],
      owner: "acme/dev/beta",
      after: 3,
    });
    const lists = reads.filter((request) => request === "GET /v1/entitlements/features");
    // One before any resource exists, and one for each function that depends on a new resource.
    assert.equal(lists.length, 3, reads.join("\n"));
  });

  it("fail once and read no object when the API key belongs to another account", async () => {
    const { apiKey } = stack().emulator.environment({ account: "acct_other", livemode: false });
    const env = { STRIPE_API_KEY: apiKey, STRIPE_ENTITLEMENTS_ACCOUNT: stack().emulator.sandbox.account };
    await stack().must(["config", "rm", "stripe-entitlements:apiKey"]);
    stack().takeRequests();
    const { exitCode, output } = await stack().run(["preview"], env);
    assert.notEqual(exitCode, 0, output);
    assertShownOnce(output, /API key belongs to account acct_other, but the configuration says account acct_/g);
    assert.deepEqual(stack().takeRequests(), ["GET /v1/account"]);
  });

  it("fail once and without a stack trace for a feature that does not exist", async () => {
    for (const [body, key] of [
      [`exports.name = getFeatureOutput({ id: getFeatureOutput({ lookupKey: "sao" }).id }).name;`, "sao"],
      ...inFullRun([`module.exports = async () => { await getFeature({ lookupKey: "soo" }); };`, "soo"]),
    ]) {
      await stack().program(`const { getFeature, getFeatureOutput } = require("pulumi-stripe-entitlements");\n${body}`);
      const { exitCode, output } = await stack().run(["preview"]);
      assert.notEqual(exitCode, 0, output);
      assertShownOnce(
        output,
        new RegExp(
          `error: Feature \\(lookup key "${key}"\\): no active feature has this lookup key in account acct_\\w+, test mode`,
          "g",
        ),
      );
    }
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
  });
});

function assertShownOnce(output: string, message: RegExp): void {
  const [, diagnostics = ""] = output.split("Diagnostics:");
  assert.equal(diagnostics.match(message)?.length, 1, output);
  assert.doesNotMatch(output, /\n\s+at .+:\d+:\d+/, "the output contains a stack trace");
}
