import assert from "node:assert/strict";
import { unknownValue } from "../../../provider/lifecycle/inputs";
import { toSecret } from "../../../provider/plugin/wire";
import { rejection } from "../../support/rejection";
import { ServedPlugin } from "../../support/served-plugin";

const provider = "urn:pulumi:dev::acme::pulumi:providers:stripe-entitlements::default";
const urnOf = (type: string) => `urn:pulumi:dev::acme::stripe-entitlements:index:${type}::any`;
const start = (settings = {}) => ServedPlugin.start(provider, settings);

/** Creates features, each attached to the product, and returns them from the newest on. */
function createFeatures({ dashboard }: ServedPlugin, product: string, ...keys: readonly string[]) {
  dashboard.createProduct({ id: product, name: product });
  const created = keys.map((lookupKey) => {
    const { id } = dashboard.createFeature({ lookupKey, name: lookupKey });
    return { id, name: lookupKey, attachment: dashboard.attach(product, id).id };
  });
  return created.reverse();
}

const paramsOf = ({ emulator }: ServedPlugin) => emulator.requests.entries.map(({ params }) => params);

describe("A list of features", () => {
  it("has the active ones, by ids that a read accepts and by lookup keys", async () => {
    await using plugin = await start();
    const features = createFeatures(plugin, "prod_team", "sso", "api");
    const archived = plugin.dashboard.createFeature({ lookupKey: "old", name: "Old" }).id;
    plugin.dashboard.archiveFeature(archived);
    const { objects, continuation } = await plugin.list("Feature");
    assert.deepEqual(
      objects,
      features.map(({ id, name }) => ({ id, name })),
    );
    assert.equal(continuation, undefined);
    for (const { id, name } of objects) {
      assert.equal((await plugin.read(urnOf("Feature"), id)).outs["lookupKey"], name);
    }
  });

  it("has only the one with the lookup key, or none", async () => {
    await using plugin = await start();
    const [api] = createFeatures(plugin, "prod_team", "sso", "api");
    const { objects } = await plugin.list("Feature", { lookupKey: "api" });
    assert.deepEqual(objects, [{ id: api?.id, name: "api" }]);
    assert.deepEqual((await plugin.list("Feature", { lookupKey: "none" })).objects, []);
    assert.deepEqual(
      paramsOf(plugin).map((params) => params["lookup_key"]),
      ["api", "none"],
    );
  });

  it("ends at the limit, and asks Stripe for no more", async () => {
    await using plugin = await start();
    createFeatures(plugin, "prod_team", "a", "b", "c");
    const { objects, continuation } = await plugin.list("Feature", {}, { limit: 2 });
    assert.deepEqual([objects.map(({ name }) => name), continuation], [["c", "b"], undefined]);
    assert.deepEqual(paramsOf(plugin), [{ archived: "false", limit: "2" }]);
  });

  it("continues after Stripe's largest page", async () => {
    await using plugin = await start();
    createFeatures(plugin, "prod_team", ...Array.from({ length: 101 }, (_, n) => `key-${n}`));
    const first = await plugin.list("Feature", {}, { limit: 1_000, pageSize: 500 });
    assert.equal(first.objects.length, 100);
    const { objects, continuation } = await plugin.list("Feature", {}, { continuation: first.continuation ?? "" });
    assert.deepEqual([objects.map(({ name }) => name), continuation], [["key-0"], undefined]);
  });

  it("has no names where the query is a secret, because a name would show it", async () => {
    await using plugin = await start();
    const [sso] = createFeatures(plugin, "prod_team", "sso");
    const { objects } = await plugin.list("Feature", { lookupKey: toSecret("sso") });
    assert.deepEqual(objects, [{ id: sso?.id, name: "" }]);
  });

  it("is unknown where the query is, and asks Stripe nothing", async () => {
    await using plugin = await start();
    const listed = await plugin.list("Feature", { lookupKey: unknownValue });
    assert.deepEqual(listed, { objects: [], isComputed: true });
    assert.equal(plugin.emulator.requests.count(), 0);
  });
});

describe("A list of attachments", () => {
  it("has those of the product, by ids that a read accepts and by lookup keys", async () => {
    await using plugin = await start();
    const attached = createFeatures(plugin, "plans/team", "sso", "api");
    createFeatures(plugin, "prod_other", "saml");
    const { objects } = await plugin.list("ProductFeature", { product: "plans/team" });
    assert.deepEqual(
      objects,
      attached.map(({ attachment, name }) => ({ id: `plans/team/${attachment}`, name })),
    );
    for (const { id, name } of objects) {
      assert.equal((await plugin.read(urnOf("ProductFeature"), id)).outs["lookupKey"], name);
    }
  });

  it("has pages of the wanted size, each with one request", async () => {
    await using plugin = await start();
    const attached = createFeatures(plugin, "prod_team", "a", "b", "c");
    const query = { product: "prod_team" };
    const first = await plugin.list("ProductFeature", query, { pageSize: 2 });
    const second = await plugin.list("ProductFeature", query, {
      pageSize: 2,
      continuation: first.continuation ?? "",
    });
    assert.deepEqual(
      [first, second].map(({ objects }) => objects.map(({ name }) => name)),
      [["c", "b"], ["a"]],
    );
    assert.equal(second.continuation, undefined);
    assert.deepEqual(paramsOf(plugin), [{ limit: "2" }, { limit: "2", starting_after: attached[1]?.attachment }]);
  });
});

describe("A list", () => {
  for (const [title, type, query, options, expected] of [
    ["a type without a list", "EntitlementCatalog", {}, {}, /the plugin cannot list .*EntitlementCatalog\n.*Feature/],
    ["a missing product", "ProductFeature", {}, {}, /List of attachments: product must be a string/],
    ["an unknown product", "ProductFeature", { product: "prod_x" }, {}, /Product prod_x: the product does not exist/],
    ["another input", "Feature", { archived: true }, {}, /archived is not an input of the list\n.*lookupKey/],
    ["a limit below zero", "Feature", {}, { limit: -1 }, /the limit must not be negative, got -1/],
    ["a page size below zero", "Feature", {}, { pageSize: -1 }, /the pageSize must not be negative, got -1/],
    [
      "a continuation that Stripe does not know",
      "Feature",
      {},
      { continuation: "feat_x" },
      /Features: Stripe rejected the request: the list, or the object after which this page starts, does not exist/,
    ],
  ] as const) {
    it(`explains ${title}`, async () => {
      await using plugin = await start();
      assert.match((await rejection(plugin.list(type, query, options))).message, expected);
    });
  }

  it("explains a key that Stripe rejects without the key, and one of another account", async () => {
    await using plugin = await start({ apiKey: "sk_test_made_up" });
    const rejected = await rejection(plugin.list("Feature"));
    assert.match(rejected.message, /Features: Stripe rejected the API key/);
    assert.doesNotMatch(rejected.message, /made_up/);
    await plugin.configure(provider, { account: "acct_other" });
    assert.match((await rejection(plugin.list("Feature"))).message, /but the configuration says account acct_other/);
  });
});
