import assert from "node:assert/strict";
import type { Fault } from "../../../emulator/index";
import type { StripeClient } from "../../../provider/stripe/client";
import { StripeError, type StripeErrorFields } from "../../../provider/stripe/errors";
import { apiPath } from "../../../provider/stripe/path";
import { defaultRetryPolicy, shouldRetry } from "../../../provider/stripe/retry";
import { stripeRejection } from "../../support/rejection";
import { quickRetries, setup, setupServer } from "../../support/stripe-client";
import { anyObject, errorBody, featureBody } from "../../support/stripe-objects";

const features = apiPath`/v1/entitlements/features`;

function createFeature(client: StripeClient) {
  return client.post(features, anyObject, { lookup_key: "sso", name: "Single sign-on" });
}

describe("shouldRetry", () => {
  const decisions: readonly [string, Partial<StripeErrorFields>, boolean][] = [
    ["a lost connection", { kind: "connection" }, true],
    ["a rate limit", { kind: "rateLimit", status: 429 }, true],
    ["a rate limit with Stripe-Should-Retry: false", { kind: "rateLimit", status: 429, shouldRetry: false }, true],
    ["a lock timeout", { kind: "lockTimeout", status: 429 }, true],
    ["a lock timeout with Stripe-Should-Retry: false", { kind: "lockTimeout", status: 429, shouldRetry: false }, false],
    ["a 409", { status: 409 }, true],
    ["an idempotency key in use", { kind: "idempotency", status: 409 }, true],
    ["an idempotency key reused with other parameters", { kind: "idempotency", status: 400 }, false],
    ["a 424", { status: 424 }, false],
    ["a 424 with Stripe-Should-Retry: true", { status: 424, shouldRetry: true }, true],
    ["a 500", { status: 500 }, true],
    ["a 503", { status: 503 }, true],
    ["a 500 with Stripe-Should-Retry: false", { status: 500, shouldRetry: false }, false],
    ["a replayed 500", { status: 500, replayed: true }, true],
    ["a replayed 500 with Stripe-Should-Retry: false", { status: 500, replayed: true, shouldRetry: false }, false],
    ["a replayed 400 with Stripe-Should-Retry: true", { status: 400, replayed: true, shouldRetry: true }, false],
    ["an invalid request", { kind: "invalidRequest", status: 400 }, false],
    ["a 400 with Stripe-Should-Retry: true", { kind: "invalidRequest", status: 400, shouldRetry: true }, true],
    ["a missing object", { kind: "missing", status: 404 }, false],
    ["a key of the wrong mode", { kind: "wrongMode", status: 404 }, false],
    ["an invalid key", { kind: "authentication", status: 401 }, false],
    ["a missing permission", { kind: "permission", status: 403 }, false],
    ["a response that is not Stripe's", { kind: "unexpectedAnswer", status: 200 }, false],
  ];
  for (const [name, fields, expected] of decisions) {
    it(`returns ${expected} for ${name}`, () => {
      assert.equal(shouldRetry(new StripeError("No.", { kind: "api", route: "POST /", ...fields })), expected);
    });
  }
});

describe("defaultRetryPolicy", () => {
  it("retries for about 40 seconds", () => {
    const { maxRetries, firstDelay, maxDelay } = defaultRetryPolicy;
    const shortest = Array.from({ length: maxRetries }, (_, n) => Math.min(firstDelay * 2 ** n, maxDelay));
    const total = shortest.reduce((sum, delay) => sum + delay, 0);
    assert.ok(total > 30_000 && total < 50_000, `${total} ms at least`);
  });
});

describe("StripeClient idempotency keys", () => {
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

    it(`creates one object with one key for all attempts (${name}, twice)`, async () => {
      await using env = await setup({ emulator: { faults: [fault] } });
      const created = await createFeature(env.client);
      assert.deepEqual(
        env.dashboard.features().map(({ id }) => id),
        [created.id],
      );
      assert.equal(env.emulator.requests.count({ method: "POST", route: features.route }), 3);
      const keys = new Set(env.emulator.requests.entries.map(({ idempotencyKey }) => idempotencyKey));
      assert.equal(keys.size, 1);
      assert.match(String([...keys][0]), /^[0-9a-f-]{36}$/);
    });
  }

  it("uses a new key for each operation, also for an equal one", async () => {
    await using env = await setup();
    const first = await createFeature(env.client);
    await env.client.post(apiPath`/v1/entitlements/features/${first.id}`, anyObject, { active: false });
    const second = await createFeature(env.client);
    assert.notEqual(second.id, first.id);
    assert.equal(env.dashboard.feature(second.id)?.active, true);
    const keys = new Set(env.emulator.requests.entries.map(({ idempotencyKey }) => idempotencyKey));
    assert.equal(keys.size, 3);
    assert.ok(!keys.has(undefined));
  });

  it("sends no key with a GET or a DELETE", async () => {
    await using env = await setup();
    const { dashboard } = env;
    const product = dashboard.createProduct({ name: "Team" });
    const feature = dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const attached = dashboard.attach(product.id, feature.id);
    await env.client.get(apiPath`/v1/entitlements/features/${feature.id}`, anyObject);
    await env.client.delete(apiPath`/v1/products/${product.id}/features/${attached.id}`, anyObject);
    assert.deepEqual(dashboard.productFeatures(product.id), []);
    assert.deepEqual(
      env.emulator.requests.entries.map(({ method, idempotencyKey }) => [method, idempotencyKey]),
      [
        ["GET", undefined],
        ["DELETE", undefined],
      ],
    );
  });

  it("creates nothing twice with its new key after a replayed 500 that had acted", async () => {
    await using env = await setup({
      emulator: { faults: [{ kind: "status", status: 500, when: "after", kept: true, times: 1 }] },
      client: { retry: quickRetries(8) },
    });
    const error = await stripeRejection(createFeature(env.client));
    assert.equal(error.kind, "invalidRequest", "the lookup key is taken, and the caller finds out by what");
    const keys = env.emulator.requests.entries.map(({ idempotencyKey }) => idempotencyKey);
    const [first, second, third, ...others] = keys;
    assert.deepEqual(others, []);
    assert.equal(first, second);
    assert.notEqual(second, third);
    assert.equal(env.dashboard.features().length, 1);
  });

  it("succeeds with a new key after a replayed 500 that had not acted", async () => {
    const seen = new Set<unknown>();
    const respond = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) => {
      const key = headers["idempotency-key"];
      if (seen.size > 0 && !seen.has(key)) return { body: featureBody() };
      const replayed = seen.has(key) ? { "idempotent-replayed": "true" } : undefined;
      seen.add(key);
      return { status: 500, body: errorBody({ type: "api_error" }), ...(replayed && { headers: replayed }) };
    };
    await using env = await setupServer(respond, { retry: quickRetries(8) });
    await createFeature(env.client);
    assert.equal(env.server.requests.length, 3);
  });
});

describe("StripeClient retries", () => {
  it("stops after maxRetries, and the error has the number of attempts", async () => {
    await using env = await setup({
      emulator: { faults: [{ kind: "status", status: 500, message: "Out of order." }] },
      client: { retry: quickRetries(4) },
    });
    const error = await stripeRejection(createFeature(env.client));
    assert.equal(env.emulator.requests.count(), 5);
    assert.equal(error.effort?.attempts, 5);
    assert.equal(error.message, "Out of order.");
    assert.deepEqual(env.dashboard.features(), []);
  });

  it("sends one request with maxRetries: 0", async () => {
    await using env = await setup({ emulator: { faults: [{ kind: "drop" }] }, client: { retry: quickRetries(0) } });
    const error = await stripeRejection(createFeature(env.client));
    assert.equal(error.kind, "connection");
    assert.equal(env.emulator.requests.count(), 1);
  });

  for (const status of [400, 401, 402, 403, 404, 422, 424]) {
    it(`does not retry a ${status}`, async () => {
      await using env = await setup({ emulator: { faults: [{ kind: "status", status }] } });
      await stripeRejection(createFeature(env.client));
      assert.equal(env.emulator.requests.count(), 1);
    });
  }

  it("does not retry a 500 with Stripe-Should-Retry: false", async () => {
    const headers = { "stripe-should-retry": "false" };
    await using env = await setup({ emulator: { faults: [{ kind: "status", status: 500, headers }] } });
    await stripeRejection(createFeature(env.client));
    assert.equal(env.emulator.requests.count(), 1);
  });

  it("does not retry a response that is not JSON", async () => {
    await using env = await setup({ emulator: { faults: [{ kind: "garbage", body: "<html>" }] } });
    await stripeRejection(createFeature(env.client));
    assert.equal(env.emulator.requests.count(), 1);
  });

  it("waits for the delays of the policy", async () => {
    const times: number[] = [];
    const respond = () => {
      times.push(performance.now());
      return { status: 500, body: errorBody({ type: "api_error" }) };
    };
    await using env = await setupServer(respond, { retry: { maxRetries: 4, firstDelay: 20, maxDelay: 60 } });
    await stripeRejection(env.client.get(apiPath`/v1/account`, anyObject));
    const delays = times.slice(1).map((time, n) => time - (times[n] ?? 0));
    // The shortest delays of the policy: maxDelay may be shortened by a quarter. Timers can end up
    // to 2 ms early.
    for (const [n, shortest] of [20, 40, 45, 45].entries()) {
      assert.ok((delays[n] ?? 0) >= shortest - 2, `delay ${n} was ${delays[n]} ms, expected at least ${shortest}`);
    }
  });

  it("reports a missing object after a DELETE whose response was lost", async () => {
    await using env = await setup();
    const { dashboard, emulator } = env;
    const product = dashboard.createProduct({ name: "Team" });
    const attached = dashboard.attach(product.id, dashboard.createFeature({ lookupKey: "sso", name: "SSO" }).id);
    emulator.faults.add({ kind: "drop", when: "after", method: "DELETE", times: 1 });
    const target = apiPath`/v1/products/${product.id}/features/${attached.id}`;
    const error = await stripeRejection(env.client.delete(target, anyObject));
    assert.equal(error.kind, "missing");
    assert.deepEqual(dashboard.productFeatures(product.id), []);
    assert.equal(emulator.requests.count({ method: "DELETE" }), 2);
  });

  it("sends the same form in each attempt", async () => {
    await using env = await setupServer((_, index) =>
      index < 2 ? { status: 500, body: errorBody({ type: "api_error" }) } : { body: featureBody() },
    );
    await createFeature(env.client);
    const [first, ...others] = env.server.requests.map(({ body }) => body);
    assert.deepEqual(others, [first, first]);
  });
});
