import { defineCatalog, type FeatureKeyOf } from "pulumi-stripe-entitlements/catalog";

/** What is sold: index.ts makes it in Stripe, app.ts asks for it. */
export const catalog = defineCatalog({
  features: {
    projects: { name: "Unlimited projects" },
    api: { name: "API access" },
    "audit-log": { name: "Audit log", metadata: { team: "security" } },
    sso: { name: "Single sign-on", metadata: { team: "identity" } },
  },
  plans: {
    team: { features: ["projects", "api"] },
    enterprise: { includes: ["team"], features: ["audit-log", "sso"] },
  },
});

export type FeatureKey = FeatureKeyOf<typeof catalog>;
