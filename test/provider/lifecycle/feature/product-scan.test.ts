import assert from "node:assert/strict";
import * as feature from "../../../provider/lifecycle/feature/index";
import * as productFeature from "../../../provider/lifecycle/product-feature/index";
import { declareFeature, declarePair } from "../../support/declare";
import { entitlementsRejection } from "../../support/rejection";
import { type ContextOptions, setup, type TestContext, type TestEnvironment } from "../../support/test-environment";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };
const retrieve = "GET /v1/entitlements/features/:id";
const products = "GET /v1/products";
const attachments = "GET /v1/products/:product/features";
const archive = "POST /v1/entitlements/features/:id";

/** A feature of the stack's, attached by hand to products of these names. */
async function attachedTo(set: TestEnvironment, names: readonly string[], inputs: Partial<feature.FeatureInputs> = {}) {
  const { id, outs } = await declareFeature(set.context, { ...sso, ...inputs });
  const carriers = names.map((name) => set.dashboard.createProduct({ name }).id);
  for (const product of carriers) set.dashboard.attach(product, id);
  set.emulator.requests.clear();
  return { id, carriers, remove: (connection: TestContext) => feature.delete(connection, id, outs) };
}

const isActive = ({ dashboard }: TestEnvironment, id: string) => dashboard.feature(id)?.active;

describe("A feature that is attached elsewhere", () => {
  it("is not archived: the error names each product, what it means and the ways forward", async () => {
    await using set = await setup();
    const { id, carriers, remove } = await attachedTo(set, ["Team", "Enterprise"]);
    set.dashboard.createProduct({ name: "Free" });
    const error = await entitlementsRejection(remove(set.createContext()));
    const [team, enterprise] = carriers;
    const [said, meaning] = error.message.split(", and ");
    assert.ok(said?.startsWith(`Feature "sso" (${id}): it is attached to `), error.message);
    assert.deepEqual(said?.split("attached to ")[1]?.split(", ").sort(), [
      ...[`${team} "Team"`, `${enterprise} "Enterprise"`].sort(),
    ]);
    assert.equal(meaning, "an archived feature goes on granting access there");
    assert.match(error.hint ?? "", /Detach it there.*archiveWhileAttached: true.*_ARCHIVE_WHILE_ATTACHED=true/);
    assert.equal(isActive(set, id), true);
    assert.ok(set.requests.every((request) => request.startsWith("GET ")));
  });

  it("is not archived for the sake of an archived product either", async () => {
    await using set = await setup();
    const { id, carriers, remove } = await attachedTo(set, ["Legacy"]);
    set.dashboard.setProductActive(carriers[0] ?? "", false);
    assert.match((await entitlementsRejection(remove(set.createContext()))).message, /prod_\w+ "Legacy"/);
    assert.equal(isActive(set, id), true);
  });

  it("is archived once it is detached there, or the product is deleted", async () => {
    await using set = await setup();
    const { id, carriers, remove } = await attachedTo(set, ["Team", "Enterprise"]);
    set.dashboard.detach(carriers[0] ?? "", id);
    set.dashboard.deleteProduct(carriers[1] ?? "");
    await remove(set.createContext());
    assert.equal(isActive(set, id), false);
  });

  const overrides: Record<string, [Partial<feature.FeatureInputs>, ContextOptions]> = {
    "the resource says so": [{ archiveWhileAttached: true }, {}],
    "the run says so": [{}, { local: { archiveWhileAttached: true } }],
  };

  for (const [why, [inputs, options]] of Object.entries(overrides)) {
    it(`is archived when ${why}, without a look at the products`, async () => {
      await using set = await setup();
      const { id, carriers, remove } = await attachedTo(set, ["Team"], inputs);
      await remove(set.createContext(options));
      assert.equal(isActive(set, id), false);
      assert.equal(set.dashboard.productFeatures(carriers[0] ?? "").length, 1);
      assert.deepEqual(set.requests, [retrieve, archive]);
    });
  }

  it("takes an update without a request from a resource that says so afterwards", async () => {
    await using set = await setup();
    const { id, outs } = await declareFeature(set.context, sso);
    set.dashboard.attach(set.dashboard.createProduct({ name: "Team" }).id, id);
    const connection = set.createContext();
    const state = await feature.update(connection, id, outs, { ...sso, archiveWhileAttached: true });
    assert.equal(set.emulator.requests.count({ method: "POST", route: "/v1/entitlements/features/:id" }), 0);
    await feature.delete(set.createContext(), id, state);
    assert.equal(isActive(set, id), false);
  });
});

describe("The look for attachments", () => {
  it("does not count what this run has detached, also after it has looked", async () => {
    await using set = await setup();
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const states = [];
    for (const lookupKey of ["sso", "audit"]) {
      const made = await declareFeature(set.context, { ...sso, lookupKey });
      const pair = await declarePair(set.context, { product, entitlementFeature: made.id });
      states.push({ made, pair });
    }
    const connection = set.createContext();
    const [first, second] = states;
    assert.ok(first !== undefined && second !== undefined);
    // The look happens while both are attached.
    await entitlementsRejection(feature.delete(connection, first.made.id, first.made.outs));
    for (const { pair } of states) await productFeature.delete(connection, pair.id, pair.outs);
    for (const { made } of states) await feature.delete(connection, made.id, made.outs);
    assert.deepEqual(set.dashboard.features({ archived: false }), []);
  });

  it("does not count an attachment that was gone when this run came to detach it", async () => {
    await using set = await setup();
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const made = await declareFeature(set.context, sso);
    const pair = await declarePair(set.context, { product, entitlementFeature: made.id });
    set.dashboard.detach(product, pair.id);
    const connection = set.createContext();
    await productFeature.delete(connection, pair.id, pair.outs);
    await feature.delete(connection, made.id, made.outs);
    assert.equal(isActive(set, made.id), false);
  });

  it("counts what was spared because it stays declared", async () => {
    await using set = await setup();
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const made = await declareFeature(set.context, sso);
    const pair = { product, entitlementFeature: made.id, owner: "shop/production/team-sso" };
    const attached = await declarePair(set.context, pair);
    const connection = set.createContext();
    productFeature.check(connection, pair, { ...pair });
    await productFeature.delete(connection, attached.id, attached.outs);
    const error = await entitlementsRejection(feature.delete(connection, made.id, made.outs));
    assert.match(error.message, new RegExp(`it is attached to ${product}`));
    assert.equal(isActive(set, made.id), true);
  });

  it("costs once a run one request for each product and one for every 100 of them, however many features go", async () => {
    await using set = await setup();
    for (let n = 0; n < 120; n += 1) set.dashboard.createProduct({ name: `Product ${n}` });
    const keys = Array.from({ length: 20 }, (_, n) => `key-${n}`);
    const made = await Promise.all(keys.map((lookupKey) => declareFeature(set.context, { ...sso, lookupKey })));
    set.emulator.requests.clear();
    const connection = set.createContext();
    await Promise.all(made.map(({ id, outs }) => feature.delete(connection, id, outs)));
    const count = (request: string) => set.requests.filter((one) => one === request).length;
    assert.deepEqual([count(products), count(attachments), count(archive)], [2, 120, 20]);
    // Whose they are is read from one list.
    assert.deepEqual([count("GET /v1/entitlements/features"), count(retrieve)], [1, 0]);
    assert.deepEqual(set.dashboard.features({ archived: false }), []);
  });

  it("goes through 1,000 products, and refuses to guess beyond", async () => {
    await using set = await setup();
    const { id, remove } = await attachedTo(set, []);
    for (let n = 0; n < 1_000; n += 1) set.dashboard.createProduct({ name: `Product ${n}` });
    const { id: other, outs } = await declareFeature(set.context, { ...sso, lookupKey: "other" });
    await feature.delete(set.createContext(), other, outs);
    assert.equal(isActive(set, other), false);
    set.dashboard.createProduct({ name: "One too many" });
    set.emulator.requests.clear();
    const error = await entitlementsRejection(remove(set.createContext()));
    assert.match(error.message, /the account has more than 1000 products: whether one of them carries the feature/);
    assert.match(error.hint ?? "", /archiveWhileAttached.*STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED=true/);
    assert.equal(isActive(set, id), true);
    assert.equal(set.requests.filter((one) => one === attachments).length, 0);
  }).timeout(60_000);

  it("says which feature it is for where the key may not read products, and archives nothing", async () => {
    await using set = await setup();
    const { id, remove } = await attachedTo(set, []);
    const apiKey = set.sandbox.restrictedKey({ account: "read", entitlements: "write" });
    const error = await entitlementsRejection(remove(set.createContext({ apiKey })));
    assert.match(error.message, /^Feature "sso" .*the API key may not do this: .*Products Read/);
    assert.equal(isActive(set, id), true);
  });

  it("passes over a product that is deleted meanwhile", async () => {
    await using set = await setup();
    const { id, remove } = await attachedTo(set, ["Deleted"]);
    const [product] = set.dashboard.products();
    assert.ok(product !== undefined);
    set.emulator.faults.add({
      kind: "status",
      status: 404,
      code: "resource_missing",
      message: `No such product: '${product.id}'`,
      route: "/v1/products/:product/features",
    });
    await remove(set.createContext());
    assert.equal(isActive(set, id), false);
  });
});

describe("Whose a feature is that is about to be archived", () => {
  it("is asked for the one, or read from one list for many", async () => {
    await using set = await setup();
    const { id, outs } = await declareFeature(set.context, sso);
    set.emulator.requests.clear();
    await feature.delete(set.createContext(), id, outs);
    assert.deepEqual(set.requests, [retrieve, products, archive]);
  });

  it("is found out although a list of the same run is older than ten seconds", async () => {
    await using set = await setup();
    const { id, outs } = await declareFeature(set.context, sso);
    const connection = set.createContext();
    await Promise.all([feature.read(connection, id, outs), feature.read(connection, id, outs)]);
    set.dashboard.setMetadata(id, { pulumi_owner: "shop/staging/sso" });
    const now = performance.now.bind(performance);
    performance.now = () => now() + 10_001;
    try {
      await feature.delete(connection, id, outs);
    } finally {
      performance.now = now;
    }
    assert.equal(isActive(set, id), true);
  });
});
