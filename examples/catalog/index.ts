import { Config } from "@pulumi/pulumi";
import { EntitlementCatalog } from "pulumi-stripe-entitlements";
import { catalog } from "./catalog";

// The plans: products that you sell already. `pulumi config set teamProduct prod_…`
const config = new Config();

const { matrix } = new EntitlementCatalog("acme", {
  catalog,
  products: { team: config.require("teamProduct"), enterprise: config.require("enterpriseProduct") },
});

// `pulumi stack output plans`: which plan includes what.
export const plans = matrix;
