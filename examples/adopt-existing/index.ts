import { Config } from "@pulumi/pulumi";
import { Feature, listFeaturesOutput, ProductFeature } from "pulumi-stripe-entitlements";

// An account in which everything was clicked together, taken under management. For the first run only, let the resources take over what carries
// no marker of another stack:
//
//   pulumi config set stripe-entitlements:adopt unowned
//   pulumi preview        # `undeclared` below lists what exists and is not declared yet: go on until it holds what shall stay by hand
//   pulumi up             # says in a line for each object that it took it over; nothing is made twice, archived or detached
//   pulumi config rm stripe-entitlements:adopt
//   pulumi preview --refresh --expect-no-changes
//
// The preview asks Stripe for nothing but the list, so it shows what will be taken over as to be created.

const config = new Config();
const plans = {
  team: { product: config.require("teamProduct"), features: ["projects", "audit-log"] },
  enterprise: { product: config.require("enterpriseProduct"), features: ["projects", "audit-log", "sso"] },
};

// Names and metadata as they are to be: where they differ by hand, taking over brings them in line.
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

/** Lookup keys of active features that no resource of any stack manages, and none here declares. */
export const undeclared = listFeaturesOutput().features.apply((existing) =>
  existing
    .filter(({ lookupKey, owner }) => owner === undefined && !(lookupKey in features))
    .map(({ lookupKey }) => lookupKey)
    .sort(),
);
