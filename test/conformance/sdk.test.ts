import assert from "node:assert/strict";
import Stripe from "stripe";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { type SdkOperation, type Stage, sdkOf, sdkOperations, stageOn } from "./sdk";
import { readOperations } from "./slice";

const { errors } = Stripe;

interface Scene {
  readonly emulator: Emulator;
  readonly stage: Stage;
  readonly stripe: Stripe;
}

async function scene(
  test: (scene: Scene) => Promise<void>,
  options: { retries?: number } & EmulatorOptions = {},
): Promise<void> {
  await using emulator = await startEmulator(options);
  await test({ emulator, stage: stageOn(emulator), stripe: sdkOf(emulator, options) });
}

/** The error that a call must throw. */
async function failure(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof errors.StripeError, `${error}`);
  return error;
}

type Check = (operation: SdkOperation) => Promise<void>;
type Settled = readonly PromiseSettledResult<void>[];

let afterReset: Settled = [];
let afterFailures: Settled = [];

/** Throws the error of this operation's check, if it failed. */
function settledOf(settled: Settled, name: string): void {
  const result = settled[sdkOperations.findIndex((operation) => operation.name === name)];
  assert.ok(result !== undefined, name);
  if (result.status === "rejected") throw result.reason;
}

const retriesAReset: Check = ({ call, method, object, route }) =>
  scene(
    async ({ emulator, stage, stripe }) => {
      assert.equal((await call(stripe, stage)).object, object);
      assert.equal(emulator.requests.count({ route }), 2);
      const keys = new Set(emulator.requests.entries.map(({ idempotencyKey }) => idempotencyKey));
      assert.equal(keys.size, 1);
      assert.equal(keys.has(undefined), method !== "POST");
    },
    { retries: 1, faults: [{ kind: "drop", times: 1 }] },
  );

const retriesAFailure: Check = ({ call, route }) =>
  scene(
    async ({ emulator, stage, stripe }) => {
      const error = await failure(call(stripe, stage));
      assert.ok(error instanceof errors.StripeAPIError);
      assert.equal(error.statusCode, 500);
      assert.equal(error.requestId, emulator.requests.entries.at(-1)?.requestId);
      assert.equal(emulator.requests.count({ route }), 2);
    },
    { retries: 1, faults: [{ kind: "status", status: 500 }] },
  );

describe("conformance: Stripe's SDK for Node.js", () => {
  it("has a method for every operation that Stripe describes", () => {
    const called = sdkOperations.map(({ method, route }) => `${method} ${route.replaceAll(/:(\w+)/g, "{$1}")}`);
    assert.deepEqual(
      called.sort(),
      readOperations()
        .map(({ name }) => name)
        .sort(),
    );
  });

  // The SDK waits half a second before a retry, so all of these run concurrently.
  before(async () => {
    const run = (check: Check) => Promise.allSettled(sdkOperations.map(check));
    [afterReset, afterFailures] = await Promise.all([run(retriesAReset), run(retriesAFailure)]);
  });

  for (const { call, method, missing, name, object, route } of sdkOperations) {
    describe(name, () => {
      it("returns the object and the request id", () =>
        scene(async ({ emulator, stage, stripe }) => {
          const result = await call(stripe, stage);
          assert.equal(result.object, object);
          const [logged] = emulator.requests.entries;
          assert.partialDeepStrictEqual(logged, { method, route, status: 200 });
          assert.equal(result.lastResponse.requestId, logged?.requestId);
        }));

      it("retries a reset connection, and the request is carried out once", () => settledOf(afterReset, name));

      it("retries a 500 once, then throws StripeAPIError", () => settledOf(afterFailures, name));

      it("throws StripeAuthenticationError for a refused key", () =>
        scene(async ({ emulator, stage }) => {
          const error = await failure(call(sdkOf(emulator, { key: "sk_test_madeUpForTests0123456789" }), stage));
          assert.ok(error instanceof errors.StripeAuthenticationError);
          assert.equal(error.statusCode, 401);
        }));

      it("throws StripePermissionError for a missing permission", () =>
        scene(async ({ emulator, stage }) => {
          const key = emulator.sandbox.restrictedKey({});
          const error = await failure(call(sdkOf(emulator, { key }), stage));
          assert.ok(error instanceof errors.StripePermissionError);
          assert.match(error.message, /does not have the required permissions/);
        }));

      if (missing !== undefined) {
        it("throws StripeInvalidRequestError for a missing object", () =>
          scene(async ({ stage, stripe }) => {
            const error = await failure(missing(stripe, stage));
            assert.ok(error instanceof errors.StripeInvalidRequestError);
            assert.equal(error.code, "resource_missing");
            assert.notEqual(error.param, undefined);
            assert.match(error.message, /_missing'$/);
          }));
      }
    });
  }

  describe("auto-pagination", () => {
    const COUNT = 25;
    const LIMIT = 10;

    it("pages through features, attachments, products and entitlements with for await", () =>
      scene(async ({ emulator, stage: { product }, stripe }) => {
        const { dashboard } = emulator.sandbox;
        for (let i = 0; i < COUNT; i++) {
          dashboard.createProduct({ name: `P${i}` });
          dashboard.attach(product, dashboard.createFeature({ lookupKey: `k${i}`, name: "F" }).id);
        }
        const buyer = dashboard.createCustomer({ products: [product] }).id;
        for (const [list, expected] of [
          [() => stripe.entitlements.features.list({ limit: LIMIT }), dashboard.features()],
          [() => stripe.products.listFeatures(product, { limit: LIMIT }), dashboard.productFeatures(product)],
          [() => stripe.products.list({ limit: LIMIT }), dashboard.products()],
          [
            () => stripe.entitlements.activeEntitlements.list({ customer: buyer, limit: LIMIT }),
            dashboard.activeEntitlements(buyer),
          ],
        ] as const) {
          emulator.requests.clear();
          const ids = (await Array.fromAsync<{ id: string }>(list())).map(({ id }) => id);
          assert.deepEqual(
            ids,
            expected.map(({ id }) => id),
          );
          assert.equal(emulator.requests.count(), Math.ceil(expected.length / LIMIT));
        }
      }));

    it("pages backwards with ending_before and stops at the limit", () =>
      scene(async ({ emulator, stripe }) => {
        const { dashboard } = emulator.sandbox;
        for (let i = 0; i < COUNT; i++) dashboard.createFeature({ lookupKey: `k${i}`, name: "F" });
        const ids = dashboard.features().map(({ id }) => id);
        const oldest = ids.at(-1) ?? "";
        const list = stripe.entitlements.features.list({ limit: LIMIT, ending_before: oldest });
        const backwards = (await list.autoPagingToArray({ limit: 100 })).map(({ id }) => id);
        assert.deepEqual(backwards, ids.slice(0, -1).reverse());
        const some = await stripe.entitlements.features.list({ limit: 2 }).autoPagingToArray({ limit: 5 });
        assert.deepEqual(
          some.map(({ id }) => id),
          ids.slice(0, 5),
        );
      }));
  });

  describe("retries and idempotency", () => {
    it("retries lock_timeout, as the answer asks", () =>
      scene(
        async ({ emulator, stage: { otherFeature, product }, stripe }) => {
          const { dashboard } = emulator.sandbox;
          const third = dashboard.createFeature({ lookupKey: "third", name: "Third" }).id;
          const made = await Promise.all(
            [otherFeature, third].map((feature) =>
              stripe.products.createFeature(product, { entitlement_feature: feature }),
            ),
          );
          assert.equal(made.length, 2);
          assert.equal(dashboard.productFeatures(product).length, 3);
          assert.ok(emulator.requests.count({ status: 429 }) >= 1);
        },
        { retries: 3, faults: [{ kind: "lockTimeout", holdMs: 200 }] },
      ));

    it("throws StripeRateLimitError without a retry", () =>
      scene(
        async ({ emulator, stage, stripe }) => {
          await stripe.entitlements.features.retrieve(stage.feature);
          const error = await failure(stripe.entitlements.features.retrieve(stage.feature));
          assert.ok(error instanceof errors.StripeRateLimitError);
          assert.equal(error.headers?.["stripe-rate-limited-reason"], "global-rate");
          assert.equal(emulator.requests.count(), 2);
        },
        { retries: 3, faults: [{ kind: "rateLimit", requestsPerSecond: 0.1, burst: 1 }] },
      ));

    it("gets the created object by its idempotency key after a lost answer", () =>
      scene(
        async ({ emulator, stripe }) => {
          const made = await stripe.entitlements.features.create({ lookup_key: "new", name: "New" });
          assert.equal(made.lastResponse.headers["idempotent-replayed"], "true");
          assert.equal(emulator.sandbox.dashboard.feature(made.id)?.lookup_key, "new");
          assert.equal(emulator.requests.count(), 2);
        },
        { retries: 1, faults: [{ kind: "drop", when: "after", times: 1 }] },
      ));

    it("throws StripeIdempotencyError for a key with other parameters", () =>
      scene(async ({ stripe }) => {
        const options = { idempotencyKey: "k1" };
        await stripe.entitlements.features.create({ lookup_key: "a", name: "A" }, options);
        const error = await failure(stripe.entitlements.features.create({ lookup_key: "b", name: "B" }, options));
        assert.ok(error instanceof errors.StripeIdempotencyError);
      }));

    it("throws StripeConnectionError if the server is gone", async () => {
      const emulator = await startEmulator();
      const stripe = sdkOf(emulator);
      await emulator.close();
      const error = await failure(stripe.accounts.retrieveCurrent());
      assert.ok(error instanceof errors.StripeConnectionError);
    });
  });

  describe("refusals of the rules", () => {
    it("throws StripeInvalidRequestError for a duplicate key and other refusals", () =>
      scene(async ({ emulator, stage: { feature, product }, stripe }) => {
        const { features } = stripe.entitlements;
        const duplicate = await failure(features.create({ lookup_key: "sso", name: "SSO" }));
        const double = await failure(stripe.products.createFeature(product, { entitlement_feature: feature }));
        emulator.sandbox.dashboard.archiveFeature(feature);
        const edited = await failure(features.update(feature, { name: "New" }));
        const unknown = await failure(stripe.rawRequest("POST", "/v1/entitlements/features", { colour: "red" }));
        for (const error of [duplicate, double, edited, unknown]) {
          assert.ok(error instanceof errors.StripeInvalidRequestError);
          assert.equal(error.statusCode, 400);
          assert.match(error.requestId ?? "", /^req_/);
        }
        assert.equal(unknown.param, "colour");
        assert.equal(unknown.doc_url, "https://stripe.com/docs/error-codes/parameter-unknown");
      }));

    it("reaches a connected account with the stripeAccount option", () =>
      scene(
        async ({ emulator, stripe }) => {
          const connected = emulator.environment({ account: "acct_connected", livemode: false });
          const made = await stripe.entitlements.features.create(
            { lookup_key: "new", name: "New" },
            { stripeAccount: "acct_connected" },
          );
          assert.equal(connected.dashboard.feature(made.id)?.name, "New");
        },
        { accounts: [{ id: "acct_platform" }, { id: "acct_connected", connectedTo: "acct_platform" }] },
      ));
  });
});
