import { Config } from "@pulumi/pulumi";
import { Feature, ProductFeature, Provider } from "pulumi-stripe-entitlements-sdk";

// One program for two Stripe accounts. Each has a provider with a key of its own, which is secret
// configuration: `pulumi config set --secret euKey rk_test_…`. A provider rejects a key of any
// account but the one that Pulumi.sandbox.yaml names.
const config = new Config();

const names = { "audit-log": "Audit log", sso: "Single sign-on" };

for (const region of ["eu", "us"]) {
  const { account, product } = config.requireObject<{ account: string; product: string }>(region);
  const provider = new Provider(region, { apiKey: config.requireSecret(`${region}Key`), account, mode: "test" });

  // Resource names differ, the lookup keys are the same in both accounts.
  for (const [lookupKey, name] of Object.entries(names)) {
    const feature = new Feature(`${region}-${lookupKey}`, { lookupKey, name }, { provider });
    new ProductFeature(`${region}-enterprise-${lookupKey}`, { product, entitlementFeature: feature.id }, { provider });
  }
}
