import assert from "node:assert/strict";
import { type Emulator, type Fault, startEmulator } from "../../../emulator/index";
import { StripeApi } from "../../../provider/stripe/api";
import { StripeError, type StripeErrorFields } from "../../../provider/stripe/errors";
import { apiPath } from "../../../provider/stripe/path";
import { defaultRetryPolicy, shouldRetry, retryRules } from "../../../provider/stripe/retry";
import { featureSchema } from "../../../provider/stripe/schemas";
import { serve } from "../../support/http-server";
import { stripeRejection } from "../../support/rejection";
import { clientOf, quickRetries } from "../../support/stripe-client";
import { errorBody, featureBody } from "../../support/stripe-objects";

const route = "/v1/entitlements/features";

function stripeOf(emulator: Emulator, maxRetries?: number): StripeApi {
  return new StripeApi(clientOf(emulator.url, { apiKey: emulator.apiKey, retry: quickRetries(maxRetries) }));
}

const createSso = (stripe: StripeApi) =>
  stripe.createFeature({ lookupKey: "sso", name: "Single sign-on", metadata: {} });

describe("The retry rules", () => {
  const decide = (fields: Partial<StripeErrorFields>) =>
    shouldRetry(new StripeError("No.", { kind: "api", route: "POST /", ...fields }));

  const decisions: readonly [string, Partial<StripeErrorFields>, boolean][] = [
    ["a connection that was lost", { kind: "connection" }, true],
    ["a rate limit", { kind: "rateLimit", status: 429 }, true],
    ["a rate limit that Stripe says not to retry", { kind: "rateLimit", status: 429, shouldRetry: false }, true],
    ["a lock", { kind: "lockTimeout", status: 429 }, true],
    ["a lock that Stripe says not to retry", { kind: "lockTimeout", status: 429, shouldRetry: false }, false],
    ["a 409", { status: 409 }, true],
    ["an idempotency key in use", { kind: "idempotency", status: 409 }, true],
    ["an idempotency key with other parameters", { kind: "idempotency", status: 400 }, false],
    ["a 424", { status: 424 }, false],
    ["a 424 that Stripe says to retry", { status: 424, shouldRetry: true }, true],
    ["a 500", { status: 500 }, true],
    ["a 503", { status: 503 }, true],
    ["a 500 that Stripe says not to retry", { status: 500, shouldRetry: false }, false],
    ["a 500 that was replayed", { status: 500, replayed: true }, true],
    [
      "a 500 that was replayed and that Stripe says not to retry",
      { status: 500, replayed: true, shouldRetry: false },
      false,
    ],
    ["a refusal that was replayed, whatever Stripe says", { status: 400, replayed: true, shouldRetry: true }, false],
    ["a refusal", { kind: "invalidRequest", status: 400 }, false],
    ["a refusal that Stripe says to retry", { kind: "invalidRequest", status: 400, shouldRetry: true }, true],
    ["a missing object", { kind: "missing", status: 404 }, false],
    ["a key of the other mode", { kind: "wrongMode", status: 404 }, false],
    ["a refused key", { kind: "authentication", status: 401 }, false],
    ["a missing permission", { kind: "permission", status: 403 }, false],
    ["an answer that is not Stripe's", { kind: "unexpectedAnswer", status: 200 }, false],
  ];
  for (const [name, fields, retried] of decisions) {
    it(`${retried ? "try" : "do not try"} again after ${name}`, () => assert.equal(decide(fields), retried));
  }

  it("give a reason each", () => {
    for (const { reason } of retryRules) assert(reason.length > 20, reason);
  });

  it("are patient for about 40 seconds by default", () => {
    const { maxRetries, firstDelay, maxDelay } = defaultRetryPolicy;
    const shortest = Array.from({ length: maxRetries }, (_, n) => Math.min(firstDelay * 2 ** n, maxDelay));
    const total = shortest.reduce((sum, delay) => sum + delay, 0);
    assert(total > 30_000 && total < 50_000, `${total} ms at the least`);
  });
});

describe("A request that is tried again", () => {
  const faults: readonly Fault[] = [
    { kind: "status", status: 500, times: 2 },
    { kind: "status", status: 503, times: 2, body: "<html>Unavailable</html>" },
    { kind: "status", status: 409, times: 2 },
    { kind: "status", status: 429, code: "rate_limit", times: 2 },
    { kind: "status", status: 429, code: "lock_timeout", times: 2 },
    { kind: "status", status: 400, times: 2, headers: { "stripe-should-retry": "true" } },
    { kind: "drop", times: 2 },
    { kind: "drop", when: "after", times: 2 },
    { kind: "cut", times: 2 },
  ];
  for (const fault of faults) {
    const code = fault.kind === "status" && fault.code !== undefined ? ` ${fault.code}` : "";
    const when = fault.kind === "drop" ? ` ${fault.when ?? "before"} acting` : "";
    const name = fault.kind === "status" ? `status ${fault.status}${code}` : `connection ${fault.kind}${when}`;

    it(`creates one object under one idempotency key (${name}, twice)`, async () => {
      await using emulator = await startEmulator({ faults: [fault] });
      const created = await createSso(stripeOf(emulator));
      const stored = emulator.sandbox.dashboard.features();
      assert.deepEqual(
        stored.map(({ id }) => id),
        [created.id],
      );
      assert.equal(emulator.requests.count({ method: "POST", route }), 3);
      const keys = new Set(emulator.requests.entries.map(({ idempotencyKey }) => idempotencyKey));
      assert.equal(keys.size, 1);
      assert.match(String([...keys][0]), /^[0-9a-f-]{36}$/);
    });
  }

  it("has a fresh idempotency key for every operation, also for the same one", async () => {
    await using emulator = await startEmulator();
    const stripe = stripeOf(emulator);
    const first = await createSso(stripe);
    await stripe.archiveFeature(first.id);
    const second = await createSso(stripe);
    assert.notEqual(second.id, first.id);
    assert.equal(emulator.sandbox.dashboard.feature(second.id)?.active, true);
    const keys = new Set(emulator.requests.entries.map(({ idempotencyKey }) => idempotencyKey));
    assert.equal(keys.size, 3);
    assert(!keys.has(undefined));
  });

  it("has no idempotency key when it is a GET or a DELETE", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const product = dashboard.createProduct({ name: "Team" });
    const feature = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const attached = dashboard.attach(product.id, feature.id);
    const stripe = stripeOf(emulator);
    await stripe.retrieveFeature(feature.id);
    await stripe.detachFeature(product.id, attached.id);
    assert.deepEqual(dashboard.productFeatures(product.id), []);
    assert.deepEqual(
      emulator.requests.entries.map(({ method, idempotencyKey }) => [method, idempotencyKey]),
      [
        ["GET", undefined],
        ["DELETE", undefined],
      ],
    );
  });

  it("is given up after the retries that the policy allows, and says how many tries that were", async () => {
    await using emulator = await startEmulator({ faults: [{ kind: "status", status: 500, message: "Out of order." }] });
    const error = await stripeRejection(createSso(stripeOf(emulator, 4)));
    assert.equal(emulator.requests.count(), 5);
    assert.equal(error.effort?.attempts, 5);
    assert.equal(error.message, "Out of order.");
    assert.deepEqual(emulator.sandbox.dashboard.features(), []);
  });

  it("is made once where the policy allows no retries", async () => {
    await using emulator = await startEmulator({ faults: [{ kind: "drop" }] });
    const error = await stripeRejection(createSso(stripeOf(emulator, 0)));
    assert.equal(error.kind, "connection");
    assert.equal(emulator.requests.count(), 1);
  });

  it("is made under another key when Stripe replays a 500 after which it had acted: nothing exists twice", async () => {
    await using emulator = await startEmulator({
      faults: [{ kind: "status", status: 500, when: "after", kept: true, times: 1 }],
    });
    const error = await stripeRejection(createSso(stripeOf(emulator, 8)));
    assert.equal(error.kind, "invalidRequest", "the lookup key is taken, and the caller looks by what");
    const [first, second, third, ...others] = emulator.requests.entries.map(({ idempotencyKey }) => idempotencyKey);
    assert.deepEqual(others, []);
    assert.equal(first, second);
    assert.notEqual(second, third);
    assert.equal(emulator.sandbox.dashboard.features().length, 1);
  });

  it("is made under another key when Stripe replays a 500 before which it had not acted", async () => {
    const seen = new Set<unknown>();
    await using server = await serve(({ headers }) => {
      const key = headers["idempotency-key"];
      if (seen.size > 0 && !seen.has(key)) return { body: featureBody() };
      const replayed = seen.has(key) ? { "idempotent-replayed": "true" } : undefined;
      seen.add(key);
      return { status: 500, body: errorBody({ type: "api_error" }), ...(replayed && { headers: replayed }) };
    });
    await createSso(new StripeApi(clientOf(server.url, { retry: quickRetries(8) })));
    assert.equal(server.requests.length, 3);
  });

  for (const status of [400, 401, 402, 403, 404, 422, 424]) {
    it(`is made once when the answer is ${status}`, async () => {
      await using emulator = await startEmulator({ faults: [{ kind: "status", status }] });
      await stripeRejection(createSso(stripeOf(emulator)));
      assert.equal(emulator.requests.count(), 1);
    });
  }

  it("is made once when Stripe says that it is of no use", async () => {
    const headers = { "stripe-should-retry": "false" };
    await using emulator = await startEmulator({ faults: [{ kind: "status", status: 500, headers }] });
    await stripeRejection(createSso(stripeOf(emulator)));
    assert.equal(emulator.requests.count(), 1);
  });

  it("is made once when the answer is not JSON", async () => {
    await using emulator = await startEmulator({ faults: [{ kind: "garbage", body: "<html>" }] });
    await stripeRejection(createSso(stripeOf(emulator)));
    assert.equal(emulator.requests.count(), 1);
  });

  it("waits longer from try to try, at random, and never longer than the policy says", async () => {
    const times: number[] = [];
    await using server = await serve(() => {
      times.push(performance.now());
      return { status: 500, body: errorBody({ type: "api_error" }) };
    });
    const retry = { maxRetries: 4, firstDelay: 20, maxDelay: 60 };
    await stripeRejection(clientOf(server.url, { retry }).get(apiPath`/v1/account`, featureSchema));
    const delays = times.slice(1).map((time, n) => time - (times[n] ?? 0));
    // What the policy promises at the least, the last ones shortened by up to a quarter; timers are a millisecond early at times.
    for (const [n, least] of [20, 40, 45, 45].entries()) {
      assert((delays[n] ?? 0) >= least - 2, `delay ${n} was ${delays[n]} ms, at least ${least} were due`);
    }
  });

  it("detaches once, and takes it for done when the answer of the first try was lost", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const product = dashboard.createProduct({ name: "Team" });
    const attached = dashboard.attach(product.id, dashboard.createFeature({ lookupKey: "sso", name: "SSO" }).id);
    emulator.faults.add({ kind: "drop", when: "after", method: "DELETE", times: 1 });
    const error = await stripeRejection(stripeOf(emulator).detachFeature(product.id, attached.id));
    assert.equal(error.kind, "missing");
    assert.deepEqual(dashboard.productFeatures(product.id), []);
    assert.equal(emulator.requests.count({ method: "DELETE" }), 2);
  });

  it("carries the same form at every try", async () => {
    await using server = await serve((_, index) =>
      index < 2 ? { status: 500, body: errorBody({ type: "api_error" }) } : { body: featureBody() },
    );
    await createSso(new StripeApi(clientOf(server.url)));
    const [first, ...others] = server.requests.map(({ body }) => body);
    assert.deepEqual(others, [first, first]);
  });
});

describe("Writes to one product", () => {
  it("are made one after the other, so that none meets the lock of another", async () => {
    await using emulator = await startEmulator({
      faults: [{ kind: "lockTimeout", holdMs: 3, route: "/v1/products/:product/features" }],
    });
    const { dashboard } = emulator.sandbox;
    const products = ["Team", "Enterprise"].map((name) => dashboard.createProduct({ name }));
    const features = ["a", "b", "c", "d"].map((lookupKey) => dashboard.createFeature({ lookupKey, name: lookupKey }));
    const stripe = stripeOf(emulator, 0);
    const pairs = products.flatMap((product) => features.map((feature) => ({ product, feature })));
    await Promise.all(pairs.map(({ product, feature }) => stripe.attachFeature(product.id, feature.id)));
    for (const product of products) assert.equal(dashboard.productFeatures(product.id).length, 4);
    assert.equal(emulator.requests.count(), 8);
  });

  it("go on after one of them failed", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const product = dashboard.createProduct({ name: "Team" });
    const feature = dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const stripe = stripeOf(emulator);
    const refused = stripeRejection(stripe.attachFeature(product.id, "feat_none"));
    const attached = stripe.attachFeature(product.id, feature.id);
    assert.equal((await refused).kind, "missing");
    assert.equal((await attached).entitlement_feature.id, feature.id);
  });
});
