import { Config } from "@pulumi/pulumi";
import { EntitlementCatalog } from "pulumi-stripe-entitlements";
import { catalog } from "./catalog";

// The plans are products that already exist in Stripe: `pulumi config set teamProduct prod_…`
const config = new Config();

const { matrix } = new EntitlementCatalog("acme", {
  catalog,
  products: { team: config.require("teamProduct"), enterprise: config.require("enterpriseProduct") },
});

// `pulumi stack output plans` prints which plan includes which feature.
export const plans = matrix;
