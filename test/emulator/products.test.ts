import assert from "node:assert/strict";
import { attachments, itKeepsRule, withEmulator } from "./support";

const productsPath = "/v1/products";

describe("emulator /v1/products and /v1/account", () => {
  itKeepsRule("productShape", async ({ emulator, stripe }) => {
    const created = await stripe.post(productsPath, { name: "Team", metadata: { tier: "1" } });
    assert.equal(created.status, 200);
    const { id, created: createdAt, updated } = created.body;
    assert.match(id, /^prod_\w{14}$/);
    assert.ok(Math.abs(Number(createdAt) - Date.now() / 1000) < 60, "created is in seconds");
    assert.equal(updated, createdAt);
    assert.partialDeepStrictEqual(created.body, {
      object: "product",
      active: true,
      images: [],
      livemode: false,
      marketing_features: [],
      metadata: { tier: "1" },
      name: "Team",
      description: null,
    });
    assert.deepEqual((await stripe.get(`${productsPath}/${id}`)).body, created.body);
    assert.deepEqual(emulator.sandbox.dashboard.products(), [created.body]);
  });

  itKeepsRule("productDeleted", async ({ emulator, stripe }) => {
    const { dashboard } = emulator.sandbox;
    const { id } = dashboard.createProduct({ name: "Team" });
    const feature = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const attachment = dashboard.attach(id, feature.id);
    const deleted = await stripe.delete(`${productsPath}/${id}`);
    assert.deepEqual(deleted.body, { id, object: "product", deleted: true });
    for (const path of [`${productsPath}/${id}`, attachments(id), `${attachments(id)}/${attachment.id}`]) {
      const answer = await stripe.get(path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.body.error.message, `No such product: '${id}'`);
    }
    assert.equal((await stripe.delete(`${productsPath}/${id}`)).status, 404);
    dashboard.createProduct({ id, name: "Team again" });
    assert.deepEqual((await stripe.get(attachments(id))).body.data, []);
    assert.equal(dashboard.feature(feature.id)?.active, true);
  });

  itKeepsRule("productIdTaken", async ({ stripe }) => {
    const created = await stripe.post(productsPath, { id: "team-plan", name: "Team" });
    assert.equal(created.body.id, "team-plan");
    const again = await stripe.post(productsPath, { id: "team-plan", name: "Team" });
    assert.equal(again.status, 400);
    assert.equal(again.body.error.code, "resource_already_exists");
    assert.equal(again.body.error.param, "id");
  });

  itKeepsRule("productFilters", async ({ emulator, stripe }) => {
    const { dashboard } = emulator.sandbox;
    const [a, b, c] = ["a", "b", "c"].map((name) => dashboard.createProduct({ name, active: name !== "b" }).id);
    const ids = async (params: object) =>
      (await stripe.get(productsPath, params)).body.data.map((product) => product.id);
    assert.deepEqual(await ids({}), [c, b, a]);
    assert.deepEqual(await ids({ active: true }), [c, a]);
    assert.deepEqual(await ids({ active: false }), [b]);
    assert.deepEqual(await ids({ ids: [a, b, "prod_missing"] }), [b, a]);
    assert.deepEqual(await ids({ ids: [a, b], active: true }), [a]);
    const made = await stripe.post(`${productsPath}/${a}`, { active: false });
    assert.equal(made.body["active"], false);
    assert.deepEqual(await ids({ active: false }), [b, a]);
    assert.deepEqual(await ids({ active: true }), [c]);
    const both = await stripe.get(productsPath, { ids: [a], starting_after: b });
    assert.equal(both.status, 400);
  });

  itKeepsRule("productTexts", async ({ stripe }) => {
    const { body } = await stripe.post(productsPath, {
      name: "Team",
      description: "For teams",
      url: "https://example.com",
    });
    assert.equal(body["description"], "For teams");
    const unset = await stripe.post(`${productsPath}/${body.id}`, { description: "" });
    assert.equal(unset.body["description"], null);
    assert.equal(unset.body["url"], "https://example.com");
    const long = await stripe.post(`${productsPath}/${body.id}`, { unit_label: "thirteen-char" });
    assert.equal(long.status, 400);
    assert.equal(long.body.error.param, "unit_label");
  });

  it("refuses a parameter of Stripe's that it does not support", () =>
    withEmulator(async ({ stripe }) => {
      const answer = await stripe.post(productsPath, { name: "Team", default_price_data: { currency: "usd" } });
      assert.equal(answer.status, 400);
      assert.match(answer.body.error.message, /The emulator does not support 'default_price_data'/);
      assert.equal((await stripe.get(productsPath, { created: { gt: "0" } })).body.error.param, "created");
    }));

  it("accepts as many ids as a page has products", () =>
    withEmulator(async ({ emulator, stripe }) => {
      const { dashboard } = emulator.sandbox;
      const ids = Array.from({ length: 100 }, (_, i) => dashboard.createProduct({ name: `${i}` }).id);
      for (const count of [20, 21, 100]) {
        for (const name of ["ids[]", "ids"]) {
          const form = new URLSearchParams({ limit: "100" });
          ids.slice(0, count).forEach((id, i) => void form.append(name === "ids" ? `ids[${i}]` : name, id));
          const { body } = await stripe.get(`${productsPath}?${form}`);
          assert.equal(body.data?.length, count, `${name} ${body.error?.message}`);
        }
      }
    }));

  it("expands the fields of a product and of an attachment that Stripe expands", () =>
    withEmulator(async ({ emulator, stripe }) => {
      const { dashboard } = emulator.sandbox;
      const { id } = dashboard.createProduct({ name: "Team" });
      const attached = dashboard.attach(id, dashboard.createFeature({ lookupKey: "sso", name: "SSO" }).id);
      const properties = ["default_price", "marketing_features", "package_dimensions", "tax_code"];
      const listed = await stripe.get(productsPath, { expand: properties.map((property) => `data.${property}`) });
      assert.equal(listed.body.data[0]?.["default_price"], null);
      assert.deepEqual((await stripe.get(`${productsPath}/${id}`, { expand: properties })).body, listed.body.data[0]);
      const renamed = await stripe.post(`${productsPath}/${id}`, { name: "Teams", expand: ["default_price"] });
      assert.equal(renamed.body["name"], "Teams");
      assert.equal((await stripe.post(productsPath, { name: "Pro", expand: ["default_price"] })).status, 200);
      const inlined = await stripe.get(attachments(id), { expand: ["data.entitlement_feature"] });
      assert.deepEqual(inlined.body.data, [attached]);
      const one = await stripe.get(`${attachments(id)}/${attached.id}`, { expand: ["entitlement_feature"] });
      assert.deepEqual(one.body, attached);
    }));

  it("refuses to expand a tax code, and changes nothing", () =>
    withEmulator(async ({ emulator, stripe }) => {
      const coded = { name: "Team", tax_code: "txcd_10000000" };
      const { id } = (await stripe.post(productsPath, coded)).body;
      const expand = ["tax_code"];
      for (const answer of [
        await stripe.get(productsPath, { expand: ["data.tax_code"] }),
        await stripe.get(`${productsPath}/${id}`, { expand }),
        await stripe.post(`${productsPath}/${id}`, { name: "Renamed", expand }),
        await stripe.post(productsPath, { ...coded, expand }),
      ]) {
        assert.equal(answer.status, 400);
        assert.match(answer.body.error.message, /^The emulator has no tax codes.*txcd_10000000/);
      }
      assert.deepEqual(
        emulator.sandbox.dashboard.products().map(({ name }) => name),
        ["Team"],
      );
      const unset = await stripe.post(`${productsPath}/${id}`, { tax_code: "", expand });
      assert.equal(unset.body["tax_code"], null);
    }));

  it("refuses a search", () =>
    withEmulator(async ({ stripe }) => {
      const { status, body } = await stripe.get(`${productsPath}/search`, { query: "name:'Team'" });
      assert.equal(status, 400);
      assert.match(body.error.message, /^The emulator does not support the search/);
    }));

  itKeepsRule("ownAccount", async ({ emulator, stripe }) => {
    const own = await stripe.get("/v1/account");
    assert.equal(own.status, 200);
    assert.equal(own.body.id, emulator.sandbox.account);
    assert.equal(own.body["object"], "account");
    const live = await stripe.get("/v1/account", {}, { key: emulator.live.apiKey });
    assert.equal(live.body.id, own.body.id);
  });

  itKeepsRule("ownBalance", async ({ emulator, stripe }) => {
    const { body } = await stripe.get("/v1/balance");
    assert.deepEqual(body, { object: "balance", available: [], livemode: false, pending: [] });
    assert.equal((await stripe.get("/v1/balance", {}, { key: emulator.live.apiKey })).body["livemode"], true);
    const key = emulator.sandbox.restrictedKey({ account: "read", entitlements: "write", products: "write" });
    assert.equal((await stripe.get("/v1/balance", {}, { key })).status, 403);
  });
});
