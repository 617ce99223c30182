import { Config } from "@pulumi/pulumi";
import { Feature, listFeaturesOutput, ProductFeature } from "pulumi-stripe-entitlements";

// Adopts the features and attachments of an account in which everything was created by hand. For
// the first run only, let the resources adopt objects without a marker:
//
//   pulumi config set stripe-entitlements:adopt unowned
//   pulumi preview
//   pulumi up
//   pulumi config rm stripe-entitlements:adopt
//   pulumi preview --refresh --expect-no-changes
//
// The output `undeclared` of the preview lists what this program does not declare yet. Repeat the
// preview until the output contains only the features that you want to keep managing by hand. The
// preview requests only that list, so it shows objects that `up` will adopt as "create". `up`
// prints one line for each adopted object. Nothing is created twice, archived or detached.

const config = new Config();
const plans = {
  team: { product: config.require("teamProduct"), features: ["projects", "audit-log"] },
  enterprise: { product: config.require("enterpriseProduct"), features: ["projects", "audit-log", "sso"] },
};

// The declared names and metadata. An adoption updates features that differ from them.
const features: Record<string, Feature> = {
  projects: new Feature("projects", { lookupKey: "projects", name: "Unlimited projects" }),
  "audit-log": new Feature("audit-log", {
    lookupKey: "audit-log",
    name: "Audit log",
    metadata: { team: "security" },
  }),
  sso: new Feature("sso", { lookupKey: "sso", name: "Single sign-on" }),
};

for (const [plan, { product, features: keys }] of Object.entries(plans)) {
  for (const key of keys) {
    const feature = features[key];
    if (feature !== undefined) new ProductFeature(`${plan}-${key}`, { product, entitlementFeature: feature.id });
  }
}

/** Lookup keys of active features that no stack manages and this program lacks. */
export const undeclared = listFeaturesOutput().features.apply((existing) =>
  existing
    .filter(({ lookupKey, owner }) => owner === undefined && !(lookupKey in features))
    .map(({ lookupKey }) => lookupKey)
    .sort(),
);
