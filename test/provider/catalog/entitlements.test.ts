import assert from "node:assert/strict";
import type Stripe from "stripe";
import { type Emulator, startEmulator } from "../../../emulator/index";
import { defineCatalog, isCatalogError } from "../../../provider/catalog/index";
import { sdkOf } from "../../conformance/sdk";
import { catalogRejection, rejection } from "../../support/rejection";

const catalog = defineCatalog({
  features: { sso: { name: "Single sign-on" }, "audit-log": { name: "Audit log" }, api: { name: "API access" } },
  plans: { team: { features: ["audit-log"] }, enterprise: { includes: ["team"], features: ["sso", "api"] } },
});

describe("Catalog.entitlementsOf", () => {
  it("says which features of the catalog a customer may use", () => {
    const entitlements = catalog.entitlementsOf([{ lookup_key: "sso" }, { lookup_key: "audit-log" }]);
    assert.equal(entitlements.has("sso"), true);
    assert.equal(entitlements.has("audit-log"), true);
    assert.equal(entitlements.has("api"), false);
    assert.deepEqual([...entitlements.keys], ["sso", "audit-log"]);
    assert.deepEqual([...entitlements.unknown], []);
    assert.ok(Object.isFrozen(entitlements));
  });

  it("separates the lookup keys that the catalog does not declare", () => {
    const { keys, unknown } = catalog.entitlementsOf([
      { lookup_key: "fax" },
      { lookup_key: "api" },
      { lookup_key: "fax" },
    ]);
    assert.deepEqual([...keys], ["api"]);
    assert.deepEqual([...unknown], ["fax"]);
  });

  it("accepts an empty list, set or page", () => {
    for (const active of [[], new Set<never>(), { data: [], has_more: false }]) {
      assert.equal(catalog.entitlementsOf(active).has("sso"), false);
    }
  });

  it("throws for an unknown key instead of returning false", () => {
    const { has } = catalog.entitlementsOf([{ lookup_key: "ssso" }]);
    const error = catalogRejection(() => has("ssso" as "sso"));
    assert.equal(error.message, `"ssso" is not a feature of this catalog (did you mean "sso"?)\n${error.hint}`);
    assert.match(error.hint, /^Correct the key, or declare the feature/);
  });

  const noKeys: readonly [unknown, string][] = [
    [undefined, "undefined"],
    [null, "null"],
    [5, "5"],
    [Symbol("sso"), "Symbol(sso)"],
    [Object.create(null), "an object"],
    [["sso"], "an object"],
  ];
  for (const [value, named] of noKeys) {
    it(`throws for ${named} in place of a key or a plan`, () => {
      const { has } = catalog.entitlementsOf([{ lookup_key: "sso" }]);
      const ofKey = catalogRejection(() => has(value as "sso"));
      assert.equal(ofKey.message, `${named} is not a feature of this catalog\n${ofKey.hint}`);
      const ofPlan = catalogRejection(() => catalog.featuresOf(value as "team"));
      assert.equal(ofPlan.message, `${named} is not a plan of this catalog\n${ofPlan.hint}`);
    });
  }

  it("throws for a value that is not a list of active entitlements", () => {
    const wrong: readonly unknown[] = [
      undefined,
      null,
      "sso",
      5,
      {},
      Promise.resolve([]),
      { data: [] },
      { has_more: false },
    ];
    for (const value of wrong) {
      const error = catalogRejection(() => catalog.entitlementsOf(value as []));
      assert.match(error.message, /^expected a list of active entitlements, or one page of it/);
      assert.match(error.hint, /If it is a promise, await it first/);
    }
    for (const item of [undefined, null, "sso", {}, { lookup_key: 5 }]) {
      const error = catalogRejection(() =>
        catalog.entitlementsOf([{ lookup_key: "sso" }, item as { lookup_key: string }]),
      );
      assert.match(error.message, /^item 1 of the list is not an active entitlement: it has no lookup_key/);
    }
  });
});

describe("Catalog.entitlementsOf and entitlementsOfSummary with Stripe's SDK", () => {
  let emulator: Emulator;
  let stripe: Stripe;
  const summaryOf = async (customer: string) => eventOf(stripe, customer);
  const list = (customer: string) => stripe.entitlements.activeEntitlements.list({ customer, limit: 100 });

  before(async () => {
    emulator = await startEmulator();
    stripe = sdkOf(emulator);
    const { dashboard } = emulator.sandbox;
    const small = dashboard.createProduct({ name: "Small" }).id;
    const large = dashboard.createProduct({ name: "Large" }).id;
    // The newest is listed first, so `sso` is the last of all.
    const keys = ["sso", "audit-log", ...Array.from({ length: 118 }, (_, n) => `retired-${n}`)];
    for (const [index, lookupKey] of keys.entries()) {
      const { id } = dashboard.createFeature({ lookupKey, name: lookupKey });
      dashboard.attach(large, id);
      if (index < 2) dashboard.attach(small, id);
    }
    dashboard.createCustomer({ id: "cus_small", products: [small] });
    dashboard.createCustomer({ id: "cus_large", products: [large] });
  });
  after(() => emulator.close());
  beforeEach(() => emulator.requests.clear());

  it("entitlementsOf accepts a complete page", async () => {
    const entitlements = catalog.entitlementsOf(await list("cus_small"));
    assert.deepEqual([entitlements.has("sso"), entitlements.has("api")], [true, false]);
  });

  it("entitlementsOf rejects an incomplete page, and says how to list all pages", async () => {
    const page = await list("cus_large");
    assert.equal(page.has_more, true);
    const error = catalogRejection(() => catalog.entitlementsOf(page));
    assert.match(
      error.message,
      /^the list of active entitlements is incomplete: Stripe has more than the 100 on this page/,
    );
    assert.match(error.hint, /autoPagingToArray\(\{ limit: 10_000 \}\)/);
  });

  it("entitlementsOf accepts all pages, listed as that hint says", async () => {
    const active = await list("cus_large").autoPagingToArray({ limit: 10_000 });
    const entitlements = catalog.entitlementsOf(active);
    assert.deepEqual([entitlements.has("sso"), entitlements.has("api")], [true, false]);
    assert.equal(entitlements.unknown.size, 118);
  });

  it("entitlementsOfSummary sends no request when the event carries all entitlements", async () => {
    const summary = await summaryOf("cus_small");
    emulator.requests.clear();
    const entitlements = await catalog.entitlementsOfSummary(summary, list);
    assert.deepEqual([...entitlements.keys].toSorted(), ["audit-log", "sso"]);
    assert.equal(emulator.requests.count(), 0);
  });

  const ways: Readonly<Record<string, Parameters<typeof catalog.entitlementsOfSummary>[1]>> = {
    "the SDK's list": (customer) => list(customer),
    "a promise of an array": (customer) => list(customer).autoPagingToArray({ limit: 10_000 }),
    "a promise of a set": async (customer) => new Set(await Array.fromAsync(list(customer))),
  };
  for (const [name, listAll] of Object.entries(ways)) {
    it(`entitlementsOfSummary accepts ${name} when the event carries only ten`, async () => {
      const summary = await summaryOf("cus_large");
      assert.equal(summary.entitlements.data.length, 10);
      assert.equal(catalog.entitlementsOf({ ...summary.entitlements, has_more: false }).has("sso"), false);
      emulator.requests.clear();
      const entitlements = await catalog.entitlementsOfSummary(summary, listAll);
      assert.deepEqual([entitlements.has("sso"), entitlements.unknown.size], [true, 118]);
      assert.equal(emulator.requests.count({ route: "/v1/entitlements/active_entitlements" }), 2);
    });
  }

  it("entitlementsOfSummary rejects a single page when Stripe has more", async () => {
    const summary = await summaryOf("cus_large");
    const error = await rejection(catalog.entitlementsOfSummary(summary, async (customer) => await list(customer)));
    assert.ok(isCatalogError(error), error.stack);
    assert.match(error.message, /is incomplete/);
  });

  it("entitlementsOfSummary requires listAll, also when the event carries all entitlements", async () => {
    const summary = await summaryOf("cus_small");
    const error = await rejection(catalog.entitlementsOfSummary(summary, undefined as unknown as () => []));
    assert.ok(isCatalogError(error), error.stack);
    assert.match(error.message, /the event carries at most ten/);
  });

  it("entitlementsOfSummary rejects an event in place of its object", async () => {
    const summary = { data: { object: await summaryOf("cus_small") } } as unknown as Awaited<
      ReturnType<typeof summaryOf>
    >;
    const error = await rejection(catalog.entitlementsOfSummary(summary, list));
    assert.ok(isCatalogError(error), error.stack);
    assert.match(error.hint, /event\.data\.object/);
  });

  const nothings: readonly [string, unknown][] = [
    ["undefined", undefined],
    ["null", null],
    ["a promise of undefined", Promise.resolve(undefined)],
  ];
  for (const [name, nothing] of nothings) {
    it(`entitlementsOfSummary rejects ${name} from listAll`, async () => {
      const summary = await summaryOf("cus_large");
      const error = await rejection(catalog.entitlementsOfSummary(summary, () => nothing as unknown as []));
      assert.ok(isCatalogError(error), error.stack);
      assert.match(
        error.message,
        /^the function that lists all entitlements of cus_large returned nothing\nReturn the list/,
      );
    });
  }

  it("entitlementsOfSummary rejects a value from listAll that is not a list", async () => {
    const summary = await summaryOf("cus_large");
    for (const other of ["sso", 5, {}]) {
      const error = await rejection(catalog.entitlementsOfSummary(summary, () => other as unknown as []));
      assert.ok(isCatalogError(error), error.stack);
      assert.match(error.message, /^expected a list of active entitlements/);
    }
  });

  it("entitlementsOfSummary rejects with the error of listAll", async () => {
    const summary = await summaryOf("cus_large");
    emulator.faults.add({ kind: "status", status: 500, times: 1 });
    const error = await rejection(catalog.entitlementsOfSummary(summary, list));
    assert.equal((error as Stripe.errors.StripeError).statusCode, 500);
  });
});

/**
 * Returns the event's object as the SDK passes it to an application: with at most ten entitlements.
 */
async function eventOf(stripe: Stripe, customer: string): Promise<Stripe.Entitlements.ActiveEntitlementSummary> {
  const page = await stripe.entitlements.activeEntitlements.list({ customer, limit: 10 });
  const { object, data, has_more, url } = page;
  const summary = { object: "entitlements.active_entitlement_summary", customer, livemode: false };
  const event = {
    ...{ id: "evt_1", object: "event", type: "entitlements.active_entitlement_summary.updated" },
    data: { object: { ...summary, entitlements: { object, data, has_more, url } } },
  };
  const payload = JSON.stringify(event);
  const secret = "whsec_test";
  const header = stripe.webhooks.generateTestHeaderString({ payload, secret });
  const received = stripe.webhooks.constructEvent(payload, header, secret);
  assert.ok(received.type === "entitlements.active_entitlement_summary.updated");
  return received.data.object;
}
