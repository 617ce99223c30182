import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { declareFeature, declarePair } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };
const retrieve = "GET /v1/entitlements/features/:id";
const products = "GET /v1/products";
const attachments = "GET /v1/products/:product/features";
const archive = "POST /v1/entitlements/features/:id";

/** Creates a feature, and attaches it by hand to new products of these names. */
async function attachedTo(env: TestEnvironment, names: readonly string[]) {
  const { id, outs } = await declareFeature(env.context, sso);
  const carriers = names.map((name) => env.dashboard.createProduct({ name }).id);
  for (const product of carriers) env.dashboard.attach(product, id);
  env.emulator.requests.clear();
  return { id, remove: (context: TestContext) => feature.delete(context, id, outs) };
}

const isActive = ({ dashboard }: TestEnvironment, id: string) => dashboard.feature(id)?.active;

describe("ProductScan", () => {
  it("ignores an attachment that the run detaches after the scan", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const states = [];
    for (const lookupKey of ["sso", "audit"]) {
      const made = await declareFeature(env.context, { ...sso, lookupKey });
      const pair = await declarePair(env.context, { product, entitlementFeature: made.id, owner: sso.owner });
      states.push({ made, pair });
    }
    const context = env.createContext();
    const [first, second] = states;
    assert.ok(first !== undefined && second !== undefined);
    // The scan happens while both are attached.
    await entitlementsRejection(feature.delete(context, first.made.id, first.made.outs));
    for (const { pair } of states) await productFeature.delete(context, pair.id, pair.outs);
    for (const { made } of states) await feature.delete(context, made.id, made.outs);
    assert.deepEqual(env.dashboard.features({ archived: false }), []);
  });

  it("ignores an attachment that was gone before the run detached it", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const made = await declareFeature(env.context, sso);
    const pair = await declarePair(env.context, { product, entitlementFeature: made.id, owner: sso.owner });
    env.dashboard.detach(product, pair.id);
    const context = env.createContext();
    await productFeature.delete(context, pair.id, pair.outs);
    await feature.delete(context, made.id, made.outs);
    assert.equal(isActive(env, made.id), false);
  });

  it("finds an attachment that is kept because it is still declared", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const made = await declareFeature(env.context, sso);
    const pair = { product, entitlementFeature: made.id, owner: "shop/production/team-sso" };
    const attached = await declarePair(env.context, pair);
    const context = env.createContext();
    const { owner, ...news } = pair;
    productFeature.check(context, { owner, olds: pair, news });
    await productFeature.delete(context, attached.id, attached.outs);
    const error = await entitlementsRejection(feature.delete(context, made.id, made.outs));
    assert.match(error.message, new RegExp(`it is still attached to ${product}`));
    assert.equal(isActive(env, made.id), true);
  });

  it("sends one request per product and one per 100 products, once per run", async () => {
    await using env = await setup();
    for (let n = 0; n < 120; n += 1) env.dashboard.createProduct({ name: `Product ${n}` });
    const keys = Array.from({ length: 20 }, (_, n) => `key-${n}`);
    const made = await Promise.all(keys.map((lookupKey) => declareFeature(env.context, { ...sso, lookupKey })));
    env.emulator.requests.clear();
    const context = env.createContext();
    await Promise.all(made.map(({ id, outs }) => feature.delete(context, id, outs)));
    const count = (request: string) => env.requests.filter((one) => one === request).length;
    assert.deepEqual([count(products), count(attachments), count(archive)], [2, 120, 20]);
    // The markers come from one list.
    assert.deepEqual([count("GET /v1/entitlements/features"), count(retrieve)], [1, 0]);
    assert.deepEqual(env.dashboard.features({ archived: false }), []);
  });

  it("scans 1,000 products, and fails without a scan when there are more", async () => {
    await using env = await setup();
    const { id, remove } = await attachedTo(env, []);
    for (let n = 0; n < 1_000; n += 1) env.dashboard.createProduct({ name: `Product ${n}` });
    const { id: other, outs } = await declareFeature(env.context, { ...sso, lookupKey: "other" });
    await feature.delete(env.createContext(), other, outs);
    assert.equal(isActive(env, other), false);
    env.dashboard.createProduct({ name: "One too many" });
    env.emulator.requests.clear();
    const error = await entitlementsRejection(remove(env.createContext()));
    assert.match(error.message, /^Feature .*: not archived, because the account has more than 1000 products, so they/);
    assert.equal(error.kind, "notDeleted");
    assert.match(error.hint ?? "", /archiveWhileAttached.*STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED=true/);
    assert.equal(isActive(env, id), true);
    assert.equal(env.requests.filter((one) => one === attachments).length, 0);
  }).timeout(60_000);

  it("names the feature when the key cannot read products, and archives nothing", async () => {
    await using env = await setup();
    const { id, remove } = await attachedTo(env, []);
    const apiKey = env.sandbox.restrictedKey({ account: "read", entitlements: "write" });
    const error = await entitlementsRejection(remove(env.createContext({ apiKey })));
    assert.match(error.message, /^Feature "sso" .*the API key lacks a permission: .*Products Read/);
    assert.equal(isActive(env, id), true);
  });

  it("skips a product that is deleted after it was listed", async () => {
    await using env = await setup();
    const { id, remove } = await attachedTo(env, ["Deleted"]);
    const [product] = env.dashboard.products();
    assert.ok(product !== undefined);
    env.emulator.faults.add({
      kind: "status",
      status: 404,
      code: "resource_missing",
      message: `No such product: '${product.id}'`,
      route: "/v1/products/:product/features",
    });
    await remove(env.createContext());
    assert.equal(isActive(env, id), false);
  });
});
