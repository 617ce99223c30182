import { type Choices, defaultChoices } from "../../../emulator";
import {
  attach,
  attachmentsPath,
  bodyOf,
  createArchivedFeature,
  createFeature,
  createProduct,
  featurePath,
  ofOwn,
  ofRule,
  productsPath,
} from "../case";
import { accepted, chosen, outcome, refusalOf, refused } from "../observation";
import type { Session } from "../session";

const simultaneous = 30;

/** Creates a product and a feature, and attaches it. */
async function attached(session: Session) {
  const { id: product } = await createProduct(session);
  const feature = await createFeature(session);
  const attachment = await attach(session, product, feature.id);
  return { product, feature, attachment, path: `${attachmentsPath(product)}/${attachment.id}` };
}

/** Attaches a feature to a product. Returns the outcome. */
async function tryToAttach(session: Session, product: string, feature: string) {
  const answer = await session.post(attachmentsPath(product), { entitlement_feature: feature });
  return outcome(answer, { product, feature });
}

export const attachmentCases = [
  ofRule("productFeatureShape", {
    run: async (session) => {
      const { attachment, feature } = await attached(session);
      return {
        fields: Object.keys(attachment).sort(),
        hasPrefix: attachment.id.startsWith("prodft_"),
        object: String(attachment["object"]),
        feature: String((attachment["entitlement_feature"] as { id?: string }).id === feature.id),
      };
    },
    expected: () => ({
      fields: ["entitlement_feature", "id", "livemode", "object"],
      hasPrefix: true,
      object: "product_feature",
      feature: "true",
    }),
  }),

  ofRule("attachedTwice", {
    question: "A pair attached twice",
    run: async (session) => {
      const { feature, product } = await attached(session);
      return tryToAttach(session, product, feature.id);
    },
    expected: ({ attachedTwice }) => chosen(attachedTwice),
    teaches: (seen) => {
      const attachedTwice = refusalOf(seen);
      return attachedTwice === undefined ? {} : { attachedTwice };
    },
  }),

  ofRule("archivedNotAttachable", {
    question: "Attaching after archiving",
    run: async (session) => {
      const { id } = await createProduct(session);
      return tryToAttach(session, id, (await createArchivedFeature(session)).id);
    },
    expected: ({ attachArchived }) => chosen(attachArchived),
    teaches: (seen) => {
      const attachArchived = refusalOf(seen);
      return attachArchived === undefined ? {} : { attachArchived };
    },
  }),

  ofRule("archivedStaysAttached", {
    run: async (session) => {
      const { feature, path } = await attached(session);
      bodyOf("archiving a feature", await session.post(featurePath(feature.id), { active: false }));
      const found = await session.get(path);
      const inlined = found.body["entitlement_feature"] as { active?: boolean } | undefined;
      return { found: outcome(found), active: inlined?.active === true };
    },
    expected: () => ({ found: accepted, active: false }),
  }),

  ofRule("detach", {
    run: async (session) => {
      const { attachment, feature, path, product } = await attached(session);
      const { body } = await session.delete(path);
      return {
        deleted: body["deleted"] === true && body.id === attachment.id,
        retrieved: outcome(await session.get(path), { id: attachment.id }),
        attachedAgain: await tryToAttach(session, product, feature.id),
      };
    },
    expected: () => ({
      deleted: true,
      retrieved: refused(404, { code: "resource_missing", param: "id" }),
      attachedAgain: accepted,
    }),
  }),

  ofRule("detachTwice", {
    run: async (session) => {
      const { attachment, path } = await attached(session);
      bodyOf("detaching", await session.delete(path));
      return outcome(await session.delete(path), { id: attachment.id });
    },
    expected: () => refused(404, { code: "resource_missing", param: "id" }),
  }),

  ofRule("attachmentOfProduct", {
    run: async (session) => {
      const { attachment } = await attached(session);
      const other = await createProduct(session);
      const path = `${attachmentsPath(other.id)}/${attachment.id}`;
      return { retrieved: outcome(await session.get(path)), detached: outcome(await session.delete(path)) };
    },
    expected: () => ({
      retrieved: refused(404, { code: "resource_missing", param: "id" }),
      detached: refused(404, { code: "resource_missing", param: "id" }),
    }),
  }),

  ofRule("attachById", {
    run: async (session) => {
      const { id } = await createProduct(session);
      const feature = await createFeature(session);
      const { status, code = null, param = null } = await tryToAttach(session, id, String(feature["lookup_key"]));
      return { status, code, param };
    },
    expected: ({ missingReferenceStatus }) => ({
      status: missingReferenceStatus,
      code: "resource_missing",
      param: "entitlement_feature",
    }),
    teaches: ({ status }) => (status === 400 || status === 404 ? { missingReferenceStatus: status } : {}),
  }),

  ofRule("inactiveProduct", {
    question: "Attaching to an archived product",
    run: async (session) => {
      const { id } = await createProduct(session, { active: false });
      return tryToAttach(session, id, (await createFeature(session)).id);
    },
    expected: ({ attachToInactiveProduct }) => chosen(attachToInactiveProduct),
    teaches: (seen) => ({ attachToInactiveProduct: refusalOf(seen) ?? "accepted" }),
  }),

  ofOwn(
    "wordsOfMissing",
    { rule: "A 404 names the kind of the object and its id", facts: ["S65"] },
    {
      run: async (session) => {
        const { id: product } = await createProduct(session);
        const id = "missing_1";
        const words = async (path: string) => String(outcome(await session.get(path), { id }).message);
        return {
          feature: await words(featurePath(id)),
          productFeature: await words(`${attachmentsPath(product)}/${id}`),
          product: await words(`${productsPath}/${id}`),
        };
      },
      expected: ({ nouns }) => ({
        feature: missing(nouns.feature),
        productFeature: missing(nouns.productFeature),
        product: missing(nouns.product),
      }),
      teaches: (seen): Partial<Choices> => {
        const [feature, productFeature, product] = [seen.feature, seen.productFeature, seen.product].map(nounOf);
        if (feature === undefined || productFeature === undefined || product === undefined) return {};
        return { nouns: { ...defaultChoices.nouns, feature, productFeature, product } };
      },
    },
  ),

  ofOwn(
    "manyAtOnce",
    {
      rule: `${simultaneous} attachments sent to one product without waiting are all made`,
      facts: ["S107", "S85"],
    },
    {
      run: async (session) => {
        const { id } = await createProduct(session);
        const features: string[] = [];
        for (let i = 0; i < simultaneous; i++) features.push((await createFeature(session)).id);
        const outcomes = await Promise.all(features.map((feature) => tryToAttach(session, id, feature)));
        const { body } = await session.get(attachmentsPath(id), { limit: 100 });
        return {
          made: body.data.length,
          refusals: outcomes.flatMap(({ status, code = null }) => (status < 400 ? [] : [{ status, code }])),
        };
      },
      expected: () => ({ made: simultaneous, refusals: [] }),
    },
  ),
];

const missing = (noun: string) => `No such ${noun}: '{id}'`;

const nounOf = (message: string) => /^No such (.+): '\{id\}'/.exec(message)?.[1];
