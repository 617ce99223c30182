import Stripe from "stripe";
import { catalog, type FeatureKey } from "./catalog";

// The application. Prints what a customer may open: `STRIPE_API_KEY=… npx ts-node app.ts cus_…`

/** The feature that each page requires. A key that is not in the catalog does not compile. */
const pages: Readonly<Record<string, FeatureKey>> = {
  "/projects": "projects",
  "/api-keys": "api",
  "/audit": "audit-log",
  "/settings/saml": "sso",
};

const stripe = new Stripe(process.env["STRIPE_API_KEY"] ?? "", address(process.env["STRIPE_API_BASE"]));

async function main(customer: string): Promise<void> {
  const list = stripe.entitlements.activeEntitlements.list({ customer, limit: 100 });
  const entitlements = catalog.entitlementsOf(await list.autoPagingToArray({ limit: 10_000 }));
  for (const [page, feature] of Object.entries(pages)) {
    console.log(`${page}: ${entitlements.has(feature) ? "open" : "not in this plan"}`);
  }
  for (const key of entitlements.unknown) console.log(`(entitled to ${key}, which the catalog does not have)`);
}

/** Returns the address of Stripe's API, or of another server such as the emulator. */
function address(base: string | undefined): Stripe.StripeConfig {
  if (base === undefined) return {};
  const { protocol, hostname, port } = new URL(base);
  return { protocol: protocol === "http:" ? "http" : "https", host: hostname, ...(port !== "" && { port }) };
}

main(process.argv[2] ?? "").catch(({ message }: Error) => {
  console.error(message);
  process.exitCode = 1;
});
