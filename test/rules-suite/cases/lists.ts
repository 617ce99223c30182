import { attachmentsPath, createFeature, createPlan, createProduct, featuresPath, ofRule, productsPath } from "../case";
import { outcome, refused } from "../observation";
import type { Session } from "../session";

const pageSize = 3;

async function walk(session: Session, path: string, cursor: "starting_after" | "ending_before", from?: string) {
  const pages: string[][] = [];
  let at = from;
  for (;;) {
    const { body } = await session.get(path, { limit: pageSize, ...(at === undefined ? {} : { [cursor]: at }) });
    pages.push(body.data.map(({ id }) => id));
    at = cursor === "starting_after" ? body.data.at(-1)?.id : body.data[0]?.id;
    if (!body.has_more || at === undefined) return pages;
  }
}

export const listCases = [
  ofRule("newestFirst", {
    run: async (session) => {
      const made = [await createFeature(session), await createFeature(session), await createFeature(session)];
      const { body } = await session.get(featuresPath, { archived: false, limit: 100 });
      const order = body.data.map(({ id }) => made.findIndex((feature) => feature.id === id));
      return order.filter((index) => index >= 0);
    },
    expected: () => [2, 1, 0],
  }),

  ofRule("pageSize", {
    run: async (session) => {
      const { product } = await createPlan(session, 11);
      const path = attachmentsPath(product);
      const size = async (params: object) => (await session.get(path, params)).body.data.length;
      const refusals: { limit: number; status: number; param: string | null }[] = [];
      for (const limit of [0, 101]) {
        const { status, param = null } = outcome(await session.get(path, { limit }));
        refusals.push({ limit, status, param });
      }
      return {
        byDefault: await size({}),
        one: await size({ limit: 1 }),
        hundred: await size({ limit: 100 }),
        refusals,
      };
    },
    expected: () => ({
      byDefault: 10,
      one: 1,
      hundred: 11,
      refusals: [
        { limit: 0, status: 400, param: "limit" },
        { limit: 101, status: 400, param: "limit" },
      ],
    }),
  }),

  ofRule("cursors", {
    run: async (session) => {
      const { product, attachments } = await createPlan(session, 8);
      const path = attachmentsPath(product);
      const index = (id: string) => attachments.findIndex((attachment) => attachment.id === id);
      const down = await walk(session, path, "starting_after");
      const up = await walk(session, path, "ending_before", attachments[0]?.id);
      return { down: down.map((page) => page.map(index)), up: up.map((page) => page.map(index)) };
    },
    expected: () => ({
      down: [
        [7, 6, 5],
        [4, 3, 2],
        [1, 0],
      ],
      up: [[3, 2, 1], [6, 5, 4], [7]],
    }),
  }),

  ofRule("cursorsExclusive", {
    run: async (session) => {
      const [first, last] = [await createFeature(session), await createFeature(session)];
      return outcome(await session.get(featuresPath, { starting_after: last.id, ending_before: first.id }));
    },
    expected: () => refused(400, { code: "parameters_exclusive" }),
  }),

  ofRule("cursorMissing", {
    run: async (session) => {
      const { id } = await createProduct(session);
      const ask = async (path: string) => outcome(await session.get(path, { starting_after: "missing_1" }));
      return {
        features: await ask(featuresPath),
        attachments: await ask(attachmentsPath(id)),
        products: await ask(productsPath),
      };
    },
    expected: () => {
      const missing = refused(400, { code: "resource_missing", param: "starting_after" });
      return { features: missing, attachments: missing, products: missing };
    },
  }),
];
