import assert from "node:assert/strict";
import pLimit from "p-limit";
import type { AdoptionPolicy } from "../../../../provider/lifecycle/ownership/policy";
import { declareFeature, declarePair } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";

const workers = 8;
const counts = { features: 40, products: 12, attachments: 150 };
const routes = {
  features: "/v1/entitlements/features",
  feature: "/v1/entitlements/features/:id",
  attachments: "/v1/products/:product/features",
} as const;

const range = (length: number) => Array.from({ length }, (_, n) => n);
const owners = (resource: string) => `shop/production/${resource}`;
const declared = (n: number) => ({ lookupKey: `key-${n}`, name: `Feature ${n}`, owner: owners(`feature-${n}`) });

/** The product and feature of each attachment. Each product carries 12 or 13 features. */
const pairs = range(counts.attachments).map((n) => {
  const product = n % counts.products;
  return { product, feature: (3 * product + Math.floor(n / counts.products)) % counts.features };
});

/** Makes the account by hand. `markers` are those of the features that a lost state left. */
function makeAccount({ dashboard }: TestEnvironment, { markers = false } = {}) {
  const features = range(counts.features).map((n) => {
    const { lookupKey, name, owner } = declared(n);
    const metadata = markers ? { pulumi_owner: owner } : { made: "by hand" };
    return dashboard.createFeature({ lookupKey, name: markers ? name : `Old ${n}`, metadata }).id;
  });
  const products = range(counts.products).map((n) => dashboard.createProduct({ name: `Product ${n}` }).id);
  const attachments = pairs.map(({ product, feature }) => {
    return dashboard.attach(products[product] ?? "", features[feature] ?? "").id;
  });
  return { features, products, attachments };
}

/** Declares everything with as many workers as the engine may use. Returns the ids. */
async function declareAll(context: TestContext, products: readonly string[], adopt?: AdoptionPolicy) {
  const limit = pLimit(workers);
  const policy = adopt === undefined ? {} : { adopt };
  const features = await Promise.all(
    range(counts.features).map((n) =>
      limit(async () => (await declareFeature(context, { ...declared(n), ...policy })).id),
    ),
  );
  const attachments = await Promise.all(
    pairs.map(({ product, feature }, n) =>
      limit(async () => {
        const pair = { product: products[product] ?? "", entitlementFeature: features[feature] ?? "" };
        return (await declarePair(context, { ...pair, owner: owners(`pair-${n}`), ...policy })).id;
      }),
    ),
  );
  return { features, products, attachments };
}

/** Returns the number of requests of a method and route. */
const count = ({ emulator }: TestEnvironment, method: string, route: string) =>
  emulator.requests.count({ method, route });

/** Asserts what an adopting run may send, and that it creates nothing. */
function assertRequests(env: TestEnvironment, updates: number): void {
  const failedCreates = count(env, "POST", routes.features);
  assert.ok(failedCreates >= 1 && failedCreates <= workers, `${failedCreates} creates`);
  assert.equal(count(env, "GET", routes.features), 1);
  assert.equal(count(env, "GET", routes.feature), 0);
  assert.equal(count(env, "POST", routes.feature), updates);
  const byProduct = Map.groupBy(
    env.emulator.requests.entries.filter(({ route }) => route === routes.attachments),
    ({ path }) => path,
  );
  assert.equal(byProduct.size, counts.products);
  for (const [path, requests] of byProduct) {
    assert.deepEqual(requests.map(({ method }) => method).toSorted(), ["GET", "POST"], path);
  }
  const other = env.requests.filter((request) => !Object.values(routes).some((route) => request.endsWith(` ${route}`)));
  assert.deepEqual(other, []);
}

describe("An adopting run of 40 features, 12 products and 150 attachments", () => {
  it("sends 40 updates, few refused creates, one list of features and one per product", async () => {
    await using env = await setup();
    const account = makeAccount(env);
    const adopted = await declareAll(env.context, account.products, "unowned");
    assert.deepEqual(adopted, account);
    assertRequests(env, counts.features);
    const now = env.dashboard.features();
    assert.equal(now.length, counts.features);
    for (const n of range(counts.features)) {
      const { name, owner, lookupKey } = declared(n);
      const feature = now.find((each) => each.lookup_key === lookupKey);
      assert.deepEqual([feature?.name, feature?.metadata], [name, { pulumi_owner: owner }]);
    }
  });

  it("sends no update for a lost state", async () => {
    await using env = await setup();
    const account = makeAccount(env, { markers: true });
    const before = env.dashboard.features();
    assert.deepEqual(await declareAll(env.context, account.products), account);
    assertRequests(env, 0);
    assert.deepEqual(env.dashboard.features(), before);
    const adopted = counts.features + counts.attachments;
    assert.equal(env.context.logged.filter((line) => line.includes(": adopted ")).length, adopted);
  });
});

const sso = { lookupKey: "sso", name: "Single sign-on", owner: owners("sso") };
const saml = { lookupKey: "saml", name: "SAML", owner: owners("saml") };
const audit = { lookupKey: "audit", name: "Audit log", owner: owners("audit") };
const refuse = { kind: "status", status: 400, message: "Not in your country." } as const;
const fail = { kind: "status", status: 500 } as const;

/** Makes the features by hand, with the markers of a lost state. */
const makeFeatures = ({ dashboard }: TestEnvironment, ...features: readonly (typeof sso)[]) =>
  features.map(({ lookupKey, name, owner }) => {
    return dashboard.createFeature({ lookupKey, name, metadata: { pulumi_owner: owner } }).id;
  });

describe("A feature after a refused create in the same run", () => {
  it("is created when it is not in the list", async () => {
    await using env = await setup();
    makeFeatures(env, sso);
    await declareFeature(env.context, sso);
    const { id } = await declareFeature(env.context, saml);
    assert.equal(env.dashboard.feature(id)?.lookup_key, "saml");
    assert.equal(count(env, "GET", routes.features), 1);
  });

  it("is adopted when it was created after the list was read", async () => {
    await using env = await setup();
    makeFeatures(env, sso);
    await declareFeature(env.context, sso);
    const [id] = makeFeatures(env, saml);
    assert.equal((await declareFeature(env.context, saml)).id, id);
    assert.equal(env.dashboard.features().length, 2);
  });

  it("is created when the one in the list was archived by this run", async () => {
    await using env = await setup();
    const [, id = ""] = makeFeatures(env, sso, saml);
    await declareFeature(env.context, sso);
    env.context.lists.noteFeature(await env.context.stripe.archiveFeature(id));
    const created = await declareFeature(env.context, saml);
    assert.notEqual(created.id, id);
    assert.equal(env.dashboard.feature(created.id)?.active, true);
  });

  it("is rejected with Stripe's reason when the create is refused for another one", async () => {
    await using env = await setup();
    makeFeatures(env, sso);
    await declareFeature(env.context, sso);
    env.emulator.faults.add({ ...refuse, method: "POST", route: routes.features });
    const error = await entitlementsRejection(declareFeature(env.context, saml));
    assert.match(error.message, /Not in your country\./);
    assert.deepEqual(
      env.dashboard.features().map(({ lookup_key }) => lookup_key),
      ["sso"],
    );
  });

  it("is found by its key after a lost answer, and the list is read again", async () => {
    await using env = await setup();
    const context = env.createContext({ maxRetries: 0 });
    makeFeatures(env, sso);
    await declareFeature(context, sso);
    env.emulator.faults.add({ kind: "drop", when: "after", method: "POST", route: routes.features, times: 1 });
    const { id } = await declareFeature(context, saml);
    assert.equal(env.dashboard.feature(id)?.lookup_key, "saml");
    const [third] = makeFeatures(env, audit);
    env.emulator.requests.clear();
    assert.equal((await declareFeature(context, audit)).id, third);
    assert.deepEqual(env.requests, [`GET ${routes.features}`]);
    assert.equal(env.dashboard.features().length, 3);
  });

  it("is found by its key when the list fails, and the next one does not depend on the list", async () => {
    await using env = await setup();
    const [first, second] = makeFeatures(env, sso, saml);
    const context = env.createContext({ maxRetries: 0 });
    env.emulator.faults.add({ ...fail, method: "GET", route: routes.features, times: 1 });
    assert.equal((await declareFeature(context, sso)).id, first);
    assert.equal((await declareFeature(context, saml)).id, second);
    assert.ok((await declareFeature(context, audit)).id.startsWith("feat_"));
    assert.equal(env.dashboard.features().length, 3);
  });

  it("is created where features cannot be listed at all", async () => {
    await using env = await setup();
    makeFeatures(env, sso);
    const context = env.createContext({ maxRetries: 0 });
    env.emulator.faults.add({ ...fail, method: "GET", route: routes.features });
    const error = await entitlementsRejection(declareFeature(context, sso));
    assert.match(error.message, /Stripe rejected the request/);
    const { id } = await declareFeature(context, saml);
    assert.equal(env.dashboard.feature(id)?.active, true);
  });
});

describe("An attachment after a failed one of the same product", () => {
  /** Makes three features, and attaches the first to a product. */
  async function makeAttached(env: TestEnvironment) {
    const ids = makeFeatures(env, sso, saml, audit);
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const [first = ""] = ids;
    const attached = env.dashboard.attach(product, first);
    const declare = (n: number, context = env.context) => {
      const pair = { product, entitlementFeature: ids[n] ?? "", owner: owners(`pair-${n}`) };
      return declarePair(context, pair);
    };
    return { ids, product, attached, declare };
  }
  const attachedTo = (env: TestEnvironment, product: string) =>
    env.dashboard.productFeatures(product).map(({ entitlement_feature }) => entitlement_feature.id);

  it("is attached when it is not in the list, and adopted when it appeared since", async () => {
    await using env = await setup();
    const { ids, product, attached, declare } = await makeAttached(env);
    assert.equal((await declare(0)).id, attached.id);
    await declare(1);
    const third = env.dashboard.attach(product, ids[2] ?? "");
    assert.equal((await declare(2)).id, third.id);
    assert.deepEqual(attachedTo(env, product).toSorted(), ids.toSorted());
  });

  it("is rejected with Stripe's reason when it is refused for another one", async () => {
    await using env = await setup();
    const { product, declare } = await makeAttached(env);
    await declare(0);
    env.emulator.faults.add({ ...refuse, method: "POST", route: routes.attachments });
    assert.match((await entitlementsRejection(declare(1))).message, /Not in your country\./);
    assert.equal(attachedTo(env, product).length, 1);
  });

  it("is adopted after a lost answer, as the others that the list then shows", async () => {
    await using env = await setup();
    const { ids, product, declare } = await makeAttached(env);
    const context = env.createContext({ maxRetries: 0 });
    env.emulator.faults.add({ kind: "drop", when: "after", method: "POST", route: routes.attachments, times: 1 });
    for (const n of [1, 0, 2]) await declare(n, context);
    assert.deepEqual(attachedTo(env, product).toSorted(), ids.toSorted());
    assert.equal(count(env, "POST", routes.attachments), 2);
  });

  it("does not depend on a list that failed", async () => {
    await using env = await setup();
    const { product, declare } = await makeAttached(env);
    const context = env.createContext({ maxRetries: 0 });
    env.emulator.faults.add({ ...fail, method: "GET", route: routes.attachments, times: 1 });
    await entitlementsRejection(declare(0, context));
    await declare(1, context);
    assert.equal(attachedTo(env, product).length, 2);
  });

  it("is adopted by the marker that this run wrote, although the list shows the old one", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const ids = [sso, saml].map(({ lookupKey, name }) => {
      const metadata = { pulumi_owner: "shop/staging/sso" };
      return env.dashboard.createFeature({ lookupKey, name, metadata }).id;
    });
    const attached = ids.map((id) => env.dashboard.attach(product, id));
    const pairOf = (n: number) => ({ product, entitlementFeature: ids[n] ?? "", owner: owners(`pair-${n}`) });
    await declareFeature(env.context, { ...sso, adopt: "any" });
    await declarePair(env.context, pairOf(0));
    const foreign = await entitlementsRejection(declarePair(env.context, pairOf(1)));
    assert.equal(foreign.kind, "alreadyExists");
    await declareFeature(env.context, { ...saml, adopt: "any" });
    const { id, outs } = await declarePair(env.context, pairOf(1));
    assert.deepEqual([id, outs.featureOwner], [attached[1]?.id, undefined]);
    assert.equal(count(env, "GET", routes.attachments), 1);
  });
});
