import { bodyOf, createPlan, ofRule } from "../case";
import { CannotAsk, type Session } from "../session";
import { subscribersOf } from "./entitlements";

const type = "entitlements.active_entitlement_summary.updated";

interface Summary {
  readonly object: string;
  readonly customer: string;
  readonly entitlements: { readonly data: readonly object[]; readonly has_more: boolean };
}

/** Returns the summaries in the events of a customer, the newest first. */
async function summariesOf(session: Session, customer: string): Promise<readonly Summary[]> {
  const { data } = bodyOf("listing events", await session.get("/v1/events", { type, limit: 100 }));
  const all = data.map((event) => (event["data"] as unknown as { readonly object: Summary }).object);
  const own = all.filter((summary) => summary.customer === customer);
  if (own.length === 0) throw new CannotAsk(`there is no event of the customer ${customer}`);
  return own;
}

export const eventCases = [
  ofRule("eventOfChange", {
    needs: ["subscribers"],
    run: async (session) => {
      const { cancel, subscribe } = subscribersOf(session);
      const { product } = await createPlan(session, 2);
      const customer = await subscribe(product);
      await cancel(customer, product);
      const summaries = await summariesOf(session, customer);
      return {
        object: summaries[0]?.object ?? null,
        counts: summaries.map(({ entitlements }) => entitlements.data.length),
      };
    },
    expected: () => ({ object: "entitlements.active_entitlement_summary", counts: [0, 2] }),
  }),

  ofRule("eventTen", {
    needs: ["subscribers"],
    run: async (session) => {
      const { cancel, subscribe } = subscribersOf(session);
      const { product } = await createPlan(session, 11);
      const customer = await subscribe(product);
      const [newest] = await summariesOf(session, customer);
      await cancel(customer, product);
      return { shown: newest?.entitlements.data.length ?? null, hasMore: newest?.entitlements.has_more ?? null };
    },
    expected: () => ({ shown: 10, hasMore: true }),
  }),

  ofRule("customerSession", {
    needs: ["entitledCustomer"],
    run: async (session) => {
      const customer = session.target.extras.entitledCustomer;
      const components = { active_entitlements: { enabled: true } };
      const answer = await session.post("/v1/customer_sessions", { customer, components });
      const body = bodyOf("creating a customer session", answer);
      const enabled = body["components"] as { readonly active_entitlements: { readonly enabled: boolean } };
      return {
        object: String(body["object"]),
        hasSecret: typeof body["client_secret"] === "string",
        isTheCustomer: body["customer"] === customer,
        isEnabled: enabled.active_entitlements.enabled,
        expiresLater: Number(body["expires_at"]) > Number(body["created"]),
      };
    },
    expected: () => ({
      object: "customer_session",
      hasSecret: true,
      isTheCustomer: true,
      isEnabled: true,
      expiresLater: true,
    }),
  }),
];
