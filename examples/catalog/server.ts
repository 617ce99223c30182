import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import Stripe from "stripe";
import type { FeatureKey } from "./catalog";
import { EntitlementCache } from "./entitlement-cache";

// The application as a server. `GET /<feature>?customer=cus_…` answers whether the customer may use
// it, and `POST /webhook` gets Stripe's events.

const { STRIPE_API_BASE, STRIPE_API_KEY = "", STRIPE_WEBHOOK_SECRET = "", PORT = "4242" } = process.env;
const stripe = new Stripe(STRIPE_API_KEY, address(STRIPE_API_BASE));
const cache = new EntitlementCache(stripe);

const server = createServer(async (request, response) => {
  try {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (request.method === "POST" && url.pathname === "/webhook") {
      await acceptEvent(await text(request), String(request.headers["stripe-signature"]));
      response.end();
    } else {
      const entitlements = await cache.get(url.searchParams.get("customer") ?? "");
      response.end(entitlements.has(url.pathname.slice(1) as FeatureKey) ? "yes\n" : "no\n");
    }
  } catch (error) {
    // Stripe sends an event again until it is answered with 2xx.
    response.writeHead(400).end(`${error instanceof Error ? error.message : error}\n`);
  }
});

async function acceptEvent(body: string, signature: string): Promise<void> {
  const event = stripe.webhooks.constructEvent(body, signature, STRIPE_WEBHOOK_SECRET);
  if (event.type === "entitlements.active_entitlement_summary.updated") {
    await cache.refresh(event.data.object.customer);
  }
}

/** Returns the address of Stripe's API, or of another server such as the emulator. */
function address(base: string | undefined): Stripe.StripeConfig {
  if (base === undefined) return {};
  const { protocol, hostname, port } = new URL(base);
  return { protocol: protocol === "http:" ? "http" : "https", host: hostname, ...(port !== "" && { port }) };
}

async function main(): Promise<void> {
  await cache.catchUp();
  setInterval(() => void cache.catchUp().catch((error) => console.error(error.message)), 60_000);
  server.listen(Number(PORT), "127.0.0.1", () => console.log(`Listening at http://127.0.0.1:${PORT}`));
}

void main();
