import type { Seed } from "../../emulator";

const names = [
  "Single sign-on",
  "SCIM provisioning",
  "Audit log",
  "Custom roles",
  "Guest access",
  "API access",
  "Webhooks",
  "Custom domain",
  "White label",
  "Priority support",
  "Phone support",
  "Uptime agreement",
  "Data export",
  "Scheduled export",
  "Data residency",
  "Customer keys",
  "IP allowlist",
  "Session limits",
  "Two-factor login",
  "Password policy",
  "Advanced search",
  "Saved filters",
  "Dashboards",
  "Custom reports",
  "Forecasts",
  "Alerts",
  "Automations",
  "Approvals",
  "Templates",
  "Time tracking",
  "Budgets",
  "Invoicing",
  "Multiple currencies",
  "Translations",
  "Mobile app",
  "Offline mode",
  "Sandbox",
  "Version history",
  "Unlimited projects",
  "Unlimited storage",
];

const keyOf = (name: string) => name.toLowerCase().replaceAll(/[^a-z]+/g, "-");

/** 40 features. */
export const features: NonNullable<Seed["features"]> = names.map((name) => ({ lookupKey: keyOf(name), name }));

const planNames = [
  "Free",
  "Starter",
  "Basic",
  "Plus",
  "Team",
  "Growth",
  "Business",
  "Scale",
  "Education",
  "Nonprofit",
  "Partner",
  "Enterprise",
];

/** 12 plans. Each later one has more of the features. */
export const plans: NonNullable<Seed["products"]> = planNames.map((name, position) => ({
  id: `prod_${keyOf(name)}`,
  name,
  features: names.filter((_, n) => (n * 7) % planNames.length <= position).map(keyOf),
}));
