import { severalCommands } from "../support/pulumi";
import { TestStack } from "../support/stack";

describe("scratch", function () {
  this.timeout(severalCommands);
  it("reject", async () => {
    await using stack = await TestStack.start({ products: ["prod_a", "prod_b"] });
    stack.dashboard.createFeature({
      lookupKey: "sso",
      name: "SSO (2021)",
      metadata: { billing_code: "7", owner_team: "x" },
    });
    stack.dashboard.createFeature({
      lookupKey: "audit",
      name: "Audit",
      metadata: { pulumi_owner: "acme/staging/audit" },
    });
    const own = stack.dashboard.createFeature({
      lookupKey: "own",
      name: "Own",
      metadata: { pulumi_owner: "acme/dev/former" },
    });
    stack.dashboard.attach("prod_a", own.id);
    await stack.program(`
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on", adopt: "unowned" });
const audit = new Feature("audit", { lookupKey: "audit", name: "A" });
const own = new Feature("own", { lookupKey: "own", name: pulumi.secret("Own 2") });
const fresh = new Feature("fresh", { lookupKey: "fresh", name: "A" });
new ProductFeature("pa", { product: "prod_a", entitlementFeature: own.id });
new ProductFeature("pb", { product: "prod_b", entitlementFeature: sso.id });
new ProductFeature("pc", { product: "prod_missing", entitlementFeature: sso.id });
new ProductFeature("pd", { product: "prod_a", entitlementFeature: "feat_missing" });
`);
    for (const args of [["preview"], ["up"]]) {
      stack.takeRequests();
      const { output, exitCode } = await stack.run(args);
      console.log(args.join(" "), exitCode, output, stack.takeRequests());
    }
    for (const env of [{ STRIPE_API_KEY: "sk_test_wrong" }, { STRIPE_API_BASE: "http://127.0.0.1:1" }]) {
      const { output, exitCode } = await stack.run(["preview"], env);
      console.log(JSON.stringify(env), exitCode, output, stack.takeRequests());
    }
  });
});
