import { Config } from "@pulumi/pulumi";
import { EntitlementCatalog } from "pulumi-stripe-entitlements";
import { catalog, type Plan } from "./catalog";

// The ids of the products are in Pulumi.<stack>.yaml.
const products = new Config().requireObject<Record<Plan, string>>("products");

export const { matrix } = new EntitlementCatalog("acme", { catalog, products });
