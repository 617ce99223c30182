import type { Choices } from "../../../emulator";
import {
  attach,
  attachmentsPath,
  bodyOf,
  createFeature,
  createPlan,
  createProduct,
  featurePath,
  ofRule,
  productsPath,
} from "../case";
import { accepted, chosen, outcome, refusalOf, refused } from "../observation";
import { type Body, CannotAsk, type Session } from "../session";
import type { Subscribers } from "../target";

const entitlementsPath = "/v1/entitlements/active_entitlements";

/** Returns what simulates subscriptions. */
export function subscribersOf({ target }: Session): Subscribers {
  const { subscribers } = target.extras;
  if (subscribers === undefined) throw new CannotAsk("the server has no way to subscribe a customer");
  return subscribers;
}

/** Returns the first active entitlement of a customer. */
async function firstEntitlement(session: Session, params: object = {}): Promise<Body> {
  const customer = session.target.extras.entitledCustomer;
  const { data } = bodyOf("listing entitlements", await session.get(entitlementsPath, { customer, ...params }));
  const [first] = data;
  if (first === undefined) throw new CannotAsk(`the customer ${customer} has no active entitlement`);
  return first;
}

async function lookupKeys(session: Session, customer: string): Promise<readonly string[]> {
  const { data } = bodyOf("listing entitlements", await session.get(entitlementsPath, { customer, limit: 100 }));
  return data.map((entitlement) => String(entitlement["lookup_key"]));
}

export const entitlementCases = [
  ofRule("entitlementShape", {
    needs: ["entitledCustomer"],
    run: async (session) => {
      const listed = await firstEntitlement(session);
      const retrieved = await session.get(`${entitlementsPath}/${listed.id}`);
      return {
        fields: Object.keys(listed).sort(),
        hasPrefix: listed.id.startsWith("ent_"),
        object: String(listed["object"]),
        featureIsId: typeof listed["feature"] === "string",
        retrieved: outcome(retrieved),
        sameWhenRetrieved: retrieved.body.id === listed.id,
      };
    },
    expected: () => ({
      fields: ["feature", "id", "livemode", "lookup_key", "object"],
      hasPrefix: true,
      object: "entitlements.active_entitlement",
      featureIsId: true,
      retrieved: accepted,
      sameWhenRetrieved: true,
    }),
  }),

  ofRule("entitlementExpand", {
    needs: ["entitledCustomer"],
    run: async (session) => {
      const listed = await firstEntitlement(session, { expand: ["data.feature"] });
      const { body } = await session.get(`${entitlementsPath}/${listed.id}`, { expand: ["feature"] });
      return { listed: objectOf(listed["feature"]), retrieved: objectOf(body["feature"]) };
    },
    expected: () => ({ listed: "entitlements.feature", retrieved: "entitlements.feature" }),
  }),

  ofRule("entitlementCustomer", {
    run: async (session) => {
      const unknown = await session.get(entitlementsPath, { customer: "missing_1" });
      const { status, code = null, param = null } = outcome(unknown);
      return { none: outcome(await session.get(entitlementsPath)), unknown: { status, code, param } };
    },
    expected: ({ missingReferenceStatus }) => ({
      none: refused(400, { code: "parameter_missing", param: "customer" }),
      unknown: { status: missingReferenceStatus, code: "resource_missing", param: "customer" },
    }),
    teaches: () => ({}),
  }),

  ofRule("entitlementsOfCustomer", {
    needs: ["subscribers"],
    run: async (session) => {
      const { cancel, subscribe } = subscribersOf(session);
      const shared = await createFeature(session);
      const [{ id: team }, { id: enterprise }] = [await createProduct(session), await createProduct(session)];
      for (const product of [team, enterprise]) await attach(session, product, shared.id);
      const customer = await subscribe(team, enterprise);
      const twice = await lookupKeys(session, customer);
      await cancel(customer, team);
      const once = await lookupKeys(session, customer);
      await cancel(customer, enterprise);
      const counts = [twice, once, await lookupKeys(session, customer)].map(({ length }) => length);
      return { counts, isTheFeature: twice[0] === shared["lookup_key"] };
    },
    expected: () => ({ counts: [1, 1, 0], isTheFeature: true }),
  }),

  ofRule("entitlementsFollow", {
    needs: ["subscribers"],
    run: async (session) => {
      const { cancel, startBillingPeriod, subscribe } = subscribersOf(session);
      const { product } = await createPlan(session, 1);
      const customer = await subscribe(product);
      await attach(session, product, (await createFeature(session)).id);
      const before = (await lookupKeys(session, customer)).length;
      await startBillingPeriod(customer);
      const afterwards = (await lookupKeys(session, customer)).length;
      await cancel(customer, product);
      return { before, afterwards };
    },
    expected: ({ subscribersFollow }) => ({ before: subscribersFollow === "atOnce" ? 2 : 1, afterwards: 2 }),
    teaches: ({ before }): Partial<Choices> => ({
      subscribersFollow: before === 2 ? "atOnce" : "nextBillingPeriod",
    }),
  }),

  ofRule("entitlementsOfArchived", {
    needs: ["subscribers"],
    run: async (session) => {
      const { cancel, subscribe } = subscribersOf(session);
      const { id: product } = await createProduct(session);
      const feature = await createFeature(session);
      await attach(session, product, feature.id);
      bodyOf("archiving a feature", await session.post(featurePath(feature.id), { active: false }));
      const customer = await subscribe(product);
      const keys = await lookupKeys(session, customer);
      await cancel(customer, product);
      return { goesOn: keys.length === 1 && keys[0] === feature["lookup_key"] };
    },
    expected: () => ({ goesOn: true }),
  }),

  ofRule("entitlementEnded", {
    needs: ["subscribers"],
    run: async (session) => {
      const { cancel, subscribe } = subscribersOf(session);
      const { product } = await createPlan(session, 1);
      const customer = await subscribe(product);
      const { data } = bodyOf("listing entitlements", await session.get(entitlementsPath, { customer }));
      await cancel(customer, product);
      return outcome(await session.get(`${entitlementsPath}/${data[0]?.id}`), { id: data[0]?.id ?? "" });
    },
    expected: () => refused(404, { code: "resource_missing", param: "id" }),
  }),

  ofRule("productInUse", {
    needs: ["subscribers"],
    run: async (session) => {
      const { cancel, subscribe } = subscribersOf(session);
      const { product } = await createPlan(session, 1);
      const customer = await subscribe(product);
      const deleted = outcome(await session.delete(`${productsPath}/${product}`), { id: product });
      await cancel(customer, product);
      const stillThere = await session.get(attachmentsPath(product));
      return { deleted, stillThere: outcome(stillThere) };
    },
    expected: ({ deleteProductInUse }) => ({ deleted: chosen(deleteProductInUse), stillThere: accepted }),
    teaches: ({ deleted }): Partial<Choices> => {
      const deleteProductInUse = refusalOf(deleted);
      return deleteProductInUse === undefined ? {} : { deleteProductInUse };
    },
  }),
];

function objectOf(value: unknown): string {
  return typeof value === "object" && value !== null && "object" in value ? String(value.object) : typeof value;
}
