import type { Choices } from "../../../emulator";
import { createFeature, featurePath, featuresPath, ofRule, productsPath } from "../case";
import { accepted, chosen, outcome, refusalOf, refused } from "../observation";
import type { Session } from "../session";

const basic = (user: string) => `Basic ${Buffer.from(`${user}:`).toString("base64")}`;

const hintAtLiveMode = "; a similar object exists in live mode, but a test mode key was used to make this request.";

const withHeader = (session: Session, name: string, value: string) =>
  session.get(featuresPath, {}, { headers: { [name]: value } });

/** Returns the parameters of a customer session for the entitlements of a customer. */
const sessionOf = (customer: string) => ({ customer, components: { active_entitlements: { enabled: true } } });

export const keyCases = [
  ofRule("keySchemes", {
    run: async (session) => ({
      bearer: outcome(await session.get(featuresPath)),
      basic: outcome(await withHeader(session, "authorization", basic(session.target.apiKey))),
    }),
    expected: () => ({ bearer: accepted, basic: accepted }),
  }),

  ofRule("keyMissing", {
    run: async (session) => outcome(await withHeader(session, "authorization", "")),
    expected: () => refused(401),
  }),

  ofRule("keyUnknown", {
    run: async (session) => {
      const answer = await session.get(featuresPath, {}, { key: "sk_test_abcdefghijklmnop" });
      const message = answer.body.error?.message ?? "";
      return {
        unknown: outcome(answer),
        begin: message.slice(0, "Invalid API Key provided: sk_test_*".length),
        end: message.slice(-"mnop".length),
      };
    },
    expected: () => ({ unknown: refused(401), begin: "Invalid API Key provided: sk_test_*", end: "mnop" }),
  }),

  ofRule("keyExpired", {
    needs: ["expiredKey"],
    run: async (session) => outcome(await session.get(featuresPath, {}, { key: session.target.extras.expiredKey })),
    expected: () => refused(401, { code: "api_key_expired" }),
  }),

  ofRule("keyPublishable", {
    needs: ["publishableKey"],
    run: async (session) => outcome(await session.get(featuresPath, {}, { key: session.target.extras.publishableKey })),
    expected: ({ publishableKey }) => chosen(publishableKey),
    teaches: (seen) => {
      const publishableKey = refusalOf(seen);
      return publishableKey === undefined ? {} : { publishableKey };
    },
  }),

  ofRule("keyRestricted", {
    question: "A restricted key that may only read Entitlements",
    needs: ["restrictedKey"],
    run: async (session) => {
      const key = session.target.extras.restrictedKey;
      const lookup_key = session.unique("key");
      const denied = {
        entitlements: await session.post(featuresPath, { lookup_key, name: "F" }, { key }),
        products: await session.get(productsPath, {}, { key }),
        account: await session.get("/v1/account", {}, { key }),
        balance: await session.get("/v1/balance", {}, { key }),
        events: await session.get("/v1/events", {}, { key }),
        customerSessions: await session.post("/v1/customer_sessions", sessionOf("cus_none"), { key }),
      };
      const named = ({ body }: typeof denied.account) =>
        /Enabling "(.+)" permissions/.exec(body.error?.message ?? "")?.[1] ?? null;
      const { status, type = null, code = null } = outcome(denied.entitlements);
      return {
        allowed: outcome(await session.get(featuresPath, {}, { key })),
        denied: { status, type, code },
        names: {
          entitlements: named(denied.entitlements),
          products: named(denied.products),
          account: named(denied.account),
          balance: named(denied.balance),
          events: named(denied.events),
          customerSessions: named(denied.customerSessions),
        },
      };
    },
    expected: ({ permissionNames: { account, balance, customerSessions, entitlements, events, products } }) => ({
      allowed: accepted,
      denied: { status: 403, type: "invalid_request_error", code: null },
      names: {
        entitlements: `${entitlements} Write`,
        products: `${products} Read`,
        account: `${account} Read`,
        balance: `${balance} Read`,
        events: `${events} Read`,
        customerSessions: `${customerSessions} Write`,
      },
    }),
    teaches: ({ names }): Partial<Choices> => {
      const area = (name: string | null) => name?.replace(/ (Read|Write)$/, "");
      const account = area(names.account);
      const balance = area(names.balance);
      const entitlements = area(names.entitlements);
      const products = area(names.products);
      const events = area(names.events);
      const customerSessions = area(names.customerSessions);
      if (!account || !balance || !customerSessions || !entitlements || !events || !products) return {};
      return { permissionNames: { account, balance, customerSessions, entitlements, events, products } };
    },
  }),

  ofRule("modesApart", {
    needs: ["liveFeature"],
    run: async (session) => {
      const id = session.target.extras.liveFeature ?? "";
      return outcome(await session.get(featurePath(id)), { id });
    },
    expected: ({ nouns, otherModeHint }) =>
      refused(404, {
        code: "resource_missing",
        param: "id",
        message: `No such ${nouns.feature}: '{id}'${otherModeHint === "given" ? hintAtLiveMode : ""}`,
      }),
    teaches: ({ message = "" }) => ({ otherModeHint: message.endsWith(hintAtLiveMode) ? "given" : "omitted" }),
  }),

  ofRule("accountsApart", {
    needs: ["foreignFeature"],
    run: async (session) => {
      const id = session.target.extras.foreignFeature ?? "";
      const { message = "", ...rest } = outcome(await session.get(featurePath(id)), { id });
      return { ...rest, endsWithId: message.endsWith("'{id}'") };
    },
    expected: () => ({ ...refused(404, { code: "resource_missing", param: "id" }), endsWithId: true }),
  }),

  ofRule("connectedAccounts", {
    needs: ["connectedAccount"],
    run: async (session) => {
      const connected = session.target.extras.connectedAccount ?? "";
      const { id } = await createFeature(session);
      const retrieve = (name: string) => session.get(featurePath(id), {}, { headers: { [name]: connected } });
      return {
        byAccount: outcome(await withHeader(session, "stripe-account", connected)),
        byContext: outcome(await withHeader(session, "stripe-context", connected)),
        ownFeatureThere: (await retrieve("stripe-account")).status,
        stranger: outcome(await withHeader(session, "stripe-account", "acct_1NoSuchAccount0")),
      };
    },
    expected: () => ({
      byAccount: accepted,
      byContext: accepted,
      ownFeatureThere: 404,
      stranger: refused(403, { code: "account_invalid" }),
    }),
  }),
];
