import { Config } from "@pulumi/pulumi";
import { Feature, ProductFeature } from "pulumi-stripe-entitlements";

// The plans are products that already exist in Stripe: `pulumi config set teamProduct prod_…`
const config = new Config();
const team = config.require("teamProduct");
const enterprise = config.require("enterpriseProduct");

// The features that a plan can include.
const projects = new Feature("projects", { lookupKey: "projects", name: "Unlimited projects" });
const api = new Feature("api", { lookupKey: "api", name: "API access" });
const auditLog = new Feature("audit-log", {
  lookupKey: "audit-log",
  name: "Audit log",
  metadata: { team: "security" },
});
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" } });
const sla = new Feature("sla", { lookupKey: "sla", name: "Uptime guarantee" });

// The features of each plan.
const plans = [
  { plan: "team", product: team, features: { projects, api, "audit-log": auditLog } },
  { plan: "enterprise", product: enterprise, features: { projects, api, "audit-log": auditLog, sso, sla } },
];
for (const { plan, product, features } of plans) {
  for (const [key, feature] of Object.entries(features)) {
    new ProductFeature(`${plan}-${key}`, { product, entitlementFeature: feature.id });
  }
}
