import { Config } from "@pulumi/pulumi";
import { Feature, ProductFeature } from "pulumi-stripe-entitlements";

// One program, two stacks. Pulumi.sandbox.yaml and Pulumi.live.yaml say which account and mode each belongs to, so a key of the other one is refused
// before anything is written. The keys are in neither file: put them in STRIPE_API_KEY, or in each stack's secret configuration.
const config = new Config();
const { team, enterprise } = config.requireObject<{ team: string; enterprise: string }>("products");

// What customers pay for is not to be taken down, neither by `pulumi destroy` nor by a line that somebody deletes. In the sandbox everything may go.
const isLive = new Config("stripe-entitlements").require("mode") === "live";
const options = { protect: isLive };

const auditLog = new Feature("audit-log", { lookupKey: "audit-log", name: "Audit log" }, options);
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" }, options);

new ProductFeature("team-audit-log", { product: team, entitlementFeature: auditLog.id }, options);
new ProductFeature("enterprise-audit-log", { product: enterprise, entitlementFeature: auditLog.id }, options);
new ProductFeature("enterprise-sso", { product: enterprise, entitlementFeature: sso.id }, options);
