import { isDeepStrictEqual } from "node:util";
import {
  attach,
  attachmentsPath,
  bodyOf,
  createFeature,
  createProduct,
  featurePath,
  ofRule,
  productsPath,
} from "../case";
import { accepted, outcome, refused } from "../observation";

export const productCases = [
  ofRule("productShape", {
    run: async (session) => {
      const product = await createProduct(session, { name: "Team", metadata: { tier: "1" } });
      const { body } = await session.get(`${productsPath}/${product.id}`);
      const required = ["active", "created", "id", "images", "livemode", "marketing_features", "metadata", "name"];
      return {
        missing: [...required, "object", "updated"].filter((field) => product[field] === undefined),
        object: String(product["object"]),
        name: String(product["name"]),
        metadata: JSON.stringify(product["metadata"]),
        sameWhenRetrieved: isDeepStrictEqual(body, product),
      };
    },
    expected: () => ({
      missing: [],
      object: "product",
      name: "Team",
      metadata: '{"tier":"1"}',
      sameWhenRetrieved: true,
    }),
  }),

  ofRule("productDeleted", {
    run: async (session) => {
      const { id } = await createProduct(session);
      const feature = await createFeature(session);
      const attachment = await attach(session, id, feature.id);
      const deleted = await session.delete(`${productsPath}/${id}`);
      return {
        deleted: outcome(deleted),
        retrieved: outcome(await session.get(`${productsPath}/${id}`)),
        attachments: outcome(await session.get(attachmentsPath(id))),
        attachment: outcome(await session.get(`${attachmentsPath(id)}/${attachment.id}`)),
        featureStaysActive: bodyOf("the feature", await session.get(featurePath(feature.id)))["active"] === true,
      };
    },
    expected: () => ({
      deleted: accepted,
      retrieved: refused(404, { code: "resource_missing", param: "id" }),
      attachments: refused(404, { code: "resource_missing", param: "product" }),
      attachment: refused(404, { code: "resource_missing", param: "product" }),
      featureStaysActive: true,
    }),
  }),

  ofRule("productIdTaken", {
    run: async (session) => {
      const { id } = await createProduct(session);
      const again = await session.post(productsPath, { id, name: "Second" });
      return { keepsPrefix: id.startsWith(session.prefix), again: outcome(again, { id }) };
    },
    expected: () => ({ keepsPrefix: true, again: refused(400, { code: "resource_already_exists", param: "id" }) }),
  }),

  ofRule("productFilters", {
    run: async (session) => {
      const active = await createProduct(session);
      const inactive = await createProduct(session, { active: false });
      const ids = [active.id, inactive.id, "missing_1"];
      const found = async (filter: object) => {
        const { body } = await session.get(productsPath, { ids, ...filter });
        return body.data.map(({ id }) => (id === active.id ? "active" : "inactive")).sort();
      };
      return { all: await found({}), active: await found({ active: true }), inactive: await found({ active: false }) };
    },
    expected: () => ({ all: ["active", "inactive"], active: ["active"], inactive: ["inactive"] }),
  }),

  ofRule("productTexts", {
    run: async (session) => {
      const { id } = await createProduct(session, { description: "For teams", unit_label: "seat" });
      const { body } = await session.post(`${productsPath}/${id}`, { description: "" });
      return { description: body["description"] === null, unit_label: String(body["unit_label"]) };
    },
    expected: () => ({ description: true, unit_label: "seat" }),
  }),

  ofRule("ownAccount", {
    run: async (session) => {
      const answer = await session.get("/v1/account");
      return { own: outcome(answer), object: String(answer.body["object"]), isAccount: /^acct_/.test(answer.body.id) };
    },
    expected: () => ({ own: accepted, object: "account", isAccount: true }),
  }),

  ofRule("ownBalance", {
    run: async (session) => {
      const { body, ...answer } = await session.get("/v1/balance");
      return { own: outcome({ body, ...answer }), object: String(body["object"]), livemode: String(body["livemode"]) };
    },
    expected: () => ({ own: accepted, object: "balance", livemode: "false" }),
  }),
];
