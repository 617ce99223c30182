import { Config } from "@pulumi/pulumi";
import { Feature, ProductFeature } from "pulumi-stripe-entitlements";

// One program with two stacks. Pulumi.sandbox.yaml and Pulumi.live.yaml name the account and the
// mode of each stack, so keys of the other one are rejected before anything is written. Neither
// file contains a key. Set STRIPE_API_KEY, or the secret configuration of each stack.
const config = new Config();
const { team, enterprise } = config.requireObject<{ team: string; enterprise: string }>("products");

// Protects the live features against `pulumi destroy` and against a deleted line of code. Their
// attachments are not protected: `pulumi up --refresh` replaces them after a feature was archived
// by hand. Objects in the sandbox may be deleted.
const isLive = new Config("stripe-entitlements").require("mode") === "live";
const options = { protect: isLive };

const auditLog = new Feature("audit-log", { lookupKey: "audit-log", name: "Audit log" }, options);
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" }, options);

new ProductFeature("team-audit-log", { product: team, entitlementFeature: auditLog.id });
new ProductFeature("enterprise-audit-log", { product: enterprise, entitlementFeature: auditLog.id });
new ProductFeature("enterprise-sso", { product: enterprise, entitlementFeature: sso.id });
