import { defineCatalog, type PlanOf } from "pulumi-stripe-entitlements/catalog";

/** The features and plans for sale. index.ts creates them in Stripe. */
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

export type Plan = PlanOf<typeof catalog>;
