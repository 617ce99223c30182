import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import { attachments, type Client, featuresPath, itKeepsRule, withEmulator } from "./support";

const create = (emulator: Emulator, count: number) =>
  Array.from(
    { length: count },
    (_, i) => emulator.sandbox.dashboard.createFeature({ lookupKey: `k${i}`, name: "F" }).id,
  );

async function walk(stripe: Client, path: string, cursor: "starting_after" | "ending_before", from?: string) {
  const pages: string[][] = [];
  let at = from;
  for (;;) {
    const { body } = await stripe.get(path, { limit: 3, ...(at === undefined ? {} : { [cursor]: at }) });
    pages.push(body.data.map(({ id }) => id));
    if (!body.has_more) return pages;
    at = cursor === "starting_after" ? body.data.at(-1)?.id : body.data[0]?.id;
  }
}

describe("emulator lists", () => {
  itKeepsRule("newestFirst", async ({ emulator, stripe }) => {
    const ids = create(emulator, 3);
    const { body } = await stripe.get(featuresPath);
    assert.equal(body["object"], "list");
    assert.equal(body["url"], featuresPath);
    assert.deepEqual(
      body.data.map(({ id }) => id),
      ids.toReversed(),
    );
  });

  itKeepsRule("pageSize", async ({ emulator, stripe }) => {
    create(emulator, 101);
    const size = async (params: object) => (await stripe.get(featuresPath, params)).body.data.length;
    assert.equal(await size({}), 10);
    assert.equal(await size({ limit: 1 }), 1);
    assert.equal(await size({ limit: 100 }), 100);
    for (const limit of ["0", "101", "-1", "ten", "1.5"]) {
      const answer = await stripe.get(featuresPath, { limit });
      assert.equal(answer.status, 400, limit);
      assert.equal(answer.body.error.param, "limit");
    }
  });

  itKeepsRule("cursors", async ({ emulator, stripe }) => {
    const [oldest = "", ...rest] = create(emulator, 8);
    const [h, g, f, e, d, c, b] = rest.toReversed();
    assert.deepEqual(await walk(stripe, featuresPath, "starting_after"), [
      [h, g, f],
      [e, d, c],
      [b, oldest],
    ]);
    assert.deepEqual(await walk(stripe, featuresPath, "ending_before", oldest), [[d, c, b], [g, f, e], [h]]);
  });

  it("has no page after a full last page", () =>
    withEmulator(async ({ emulator, stripe }) => {
      const [a, b, c, d, e, f] = create(emulator, 6);
      assert.deepEqual(await walk(stripe, featuresPath, "starting_after"), [
        [f, e, d],
        [c, b, a],
      ]);
    }));

  it("continues after a cursor that the filter excludes", () =>
    withEmulator(async ({ emulator, stripe }) => {
      const [a, b, c] = create(emulator, 3);
      emulator.sandbox.dashboard.archiveFeature(b ?? "");
      const ids = async (params: object) => (await stripe.get(featuresPath, params)).body.data.map(({ id }) => id);
      assert.deepEqual(await ids({ archived: false, starting_after: b }), [a]);
      assert.deepEqual(await ids({ archived: false, ending_before: b }), [c]);
    }));

  it("pages through attachments while some are detached", () =>
    withEmulator(async ({ emulator, stripe }) => {
      const { dashboard } = emulator.sandbox;
      const product = dashboard.createProduct({ name: "Team" }).id;
      const [a, b, c, d, e] = create(emulator, 5).map((feature) => dashboard.attach(product, feature).id);
      const first = await stripe.get(attachments(product), { limit: 2 });
      assert.deepEqual(
        first.body.data.map(({ id }) => id),
        [e, d],
      );
      dashboard.detach(product, c ?? "");
      const second = await stripe.get(attachments(product), { limit: 2, starting_after: d });
      assert.deepEqual(
        second.body.data.map(({ id }) => id),
        [b, a],
      );
      assert.equal(second.body.has_more, false);
    }));

  itKeepsRule("cursorsExclusive", async ({ emulator, stripe }) => {
    const [first, last] = create(emulator, 2);
    const answer = await stripe.get(featuresPath, { starting_after: last, ending_before: first });
    assert.equal(answer.status, 400);
    assert.equal(answer.body.error.code, "parameters_exclusive");
  });

  itKeepsRule("cursorMissing", async ({ emulator, stripe }) => {
    create(emulator, 1);
    const { id } = emulator.sandbox.dashboard.createProduct({ name: "Team" });
    for (const path of [featuresPath, attachments(id), "/v1/products"]) {
      const answer = await stripe.get(path, { starting_after: "missing_1" });
      assert.equal(answer.status, 400, path);
      assert.equal(answer.body.error.code, "resource_missing");
      assert.equal(answer.body.error.param, "starting_after");
    }
  });
});
