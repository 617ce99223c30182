import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { version } from "pulumi-stripe-entitlements/package.json";
import { parse } from "qs";
import { apiVersion, type StripeClientOptions } from "../../../provider/stripe/client";
import { isOutcomeUnknown } from "../../../provider/stripe/errors";
import { apiPath } from "../../../provider/stripe/path";
import { serve } from "../../support/http-server";
import { stripeRejection } from "../../support/rejection";
import { clientOf, quickRetries, setup, setupServer, testKey } from "../../support/stripe-client";
import { anyObject, errorBody, featureBody } from "../../support/stripe-objects";

const features = apiPath`/v1/entitlements/features`;

const setupFeature = (options?: Partial<StripeClientOptions>) => setupServer(() => ({ body: featureBody() }), options);

/** Returns a promise, and the function that resolves it. */
function promiseWithResolver() {
  let resolve = () => {};
  const promise = new Promise<void>((resolvePromise) => {
    resolve = resolvePromise;
  });
  return { promise, resolve };
}

/** Returns the body of a POST with `params`. */
async function postedBody(params: Record<string, unknown>): Promise<string> {
  await using env = await setupFeature();
  await env.client.post(features, anyObject, params);
  const [request] = env.server.requests;
  assert.ok(request !== undefined);
  return request.body;
}

describe("StripeClient", () => {
  it("sends the API version, the key and the name of this package", async () => {
    await using env = await setupFeature();
    await env.client.get(features, anyObject);
    const headers = env.server.requests[0]?.headers;
    assert.equal(headers?.["stripe-version"], apiVersion);
    assert.equal(headers?.authorization, `Bearer ${testKey}`);
    assert.equal(headers?.["user-agent"], `pulumi-stripe-entitlements/${version}`);
    const clientUserAgent = JSON.parse(String(headers?.["x-stripe-client-user-agent"]));
    assert.deepEqual(clientUserAgent.application, { name: "pulumi-stripe-entitlements", version });
  });

  it("sends no Stripe-Account and no Stripe-Context by default", async () => {
    await using env = await setupFeature();
    await env.client.get(features, anyObject);
    assert.equal(env.server.requests[0]?.headers["stripe-account"], undefined);
    assert.equal(env.server.requests[0]?.headers["stripe-context"], undefined);
  });

  it("sends stripeAccount and stripeContext as headers", async () => {
    await using env = await setupFeature({ stripeAccount: "acct_1", stripeContext: "acct_2/acct_3" });
    await env.client.get(features, anyObject);
    assert.equal(env.server.requests[0]?.headers["stripe-account"], "acct_1");
    assert.equal(env.server.requests[0]?.headers["stripe-context"], "acct_2/acct_3");
  });

  it("acts on the connected account of stripeAccount", async () => {
    const accounts = [{ id: "acct_platform" }, { id: "acct_shop", connectedTo: "acct_platform" }];
    await using env = await setup({ emulator: { accounts }, client: { stripeAccount: "acct_shop" } });
    await env.client.post(features, anyObject, { lookup_key: "sso", name: "Single sign-on", metadata: {} });
    const shop = env.emulator.environment({ account: "acct_shop", livemode: false });
    assert.deepEqual(
      shop.dashboard.features().map((feature) => feature.lookup_key),
      ["sso"],
    );
    assert.deepEqual(env.dashboard.features(), []);
  });
});

describe("StripeClient.get", () => {
  it("sends its parameters in the query", async () => {
    await using env = await setupFeature();
    await env.client.get(features, anyObject, { archived: false, lookup_key: "a&b" });
    const [request] = env.server.requests;
    assert.equal(request?.url, "/v1/entitlements/features?archived=false&lookup_key=a%26b");
    assert.equal(request?.body, "");
    assert.equal(request?.headers["content-type"], undefined);
  });
});

describe("StripeClient.post", () => {
  it("sends its parameters as a form", async () => {
    await using env = await setupFeature();
    await env.client.post(features, anyObject, { name: "a&b" });
    const [request] = env.server.requests;
    assert.equal(request?.url, "/v1/entitlements/features");
    assert.equal(request?.body, "name=a%26b");
    assert.equal(request?.headers["content-type"], "application/x-www-form-urlencoded");
  });

  it("encodes a map with brackets", async () => {
    assert.equal(
      decodeURIComponent(await postedBody({ metadata: { team: "identity", tier: "1" } })),
      ["metadata[team]=identity", "metadata[tier]=1"].join("&"),
    );
  });

  it("sends null as an empty value and omits undefined", async () => {
    const body = await postedBody({ name: undefined, metadata: { team: null } });
    assert.equal(decodeURIComponent(body), "metadata[team]=");
  });

  it("omits an empty map, because an empty value would clear it", async () => {
    assert.equal(await postedBody({ name: "n", metadata: {} }), "name=n");
  });

  for (const text of ["a&b=c%20+d;e", "ü 日本語 😀", "line\nbreak", "'\"<>\\", "%", "+", " "]) {
    it(`encodes ${JSON.stringify(text)} as a key and as a value`, async () => {
      const decoded = parse(await postedBody({ name: text, metadata: { [text]: text } }), { plainObjects: true });
      assert.equal(decoded["name"], text);
      assert.deepEqual({ ...(decoded["metadata"] as object) }, { [text]: text });
    });
  }

  it("sends requests of one sequence one after another", async () => {
    const active = new Map<string, number>();
    let most = 0;
    await using env = await setupServer(async ({ url }) => {
      active.set(url, (active.get(url) ?? 0) + 1);
      most = Math.max(most, ...active.values());
      await sleep(5);
      active.set(url, (active.get(url) ?? 0) - 1);
      return { body: featureBody() };
    });
    const targets = [apiPath`/v1/products/${"prod_1"}/features`, apiPath`/v1/products/${"prod_2"}/features`];
    await Promise.all(
      targets.flatMap((target) =>
        Array.from({ length: 4 }, () => env.client.post(target, anyObject, {}, { sequence: target.path })),
      ),
    );
    assert.equal(env.server.requests.length, 8);
    assert.equal(most, 1);
  });

  it("sends requests of different sequences at the same time", async () => {
    const { promise: bothArrived, resolve: respond } = promiseWithResolver();
    await using env = await setupServer(async (_, index) => {
      if (index === 1) respond();
      await bothArrived;
      return { body: featureBody() };
    });
    const requests = ["prod_1", "prod_2"].map((sequence) => env.client.post(features, anyObject, {}, { sequence }));
    assert.equal((await Promise.all(requests)).length, 2);
  });
});

describe("StripeClient.delete", () => {
  it("waits for the earlier requests of its sequence, also for failed ones", async () => {
    const arrival = promiseWithResolver();
    const response = promiseWithResolver();
    await using env = await setupServer(async ({ method }) => {
      if (method === "DELETE") return { body: { id: "prodft_1", deleted: true } };
      arrival.resolve();
      await response.promise;
      return { status: 400, body: errorBody({ message: "No." }) };
    });
    const order = { sequence: "prod_1" };
    const attached = stripeRejection(env.client.post(features, anyObject, {}, order));
    const detached = env.client.delete(apiPath`/v1/products/${"prod_1"}/features/${"prodft_1"}`, anyObject, order);
    await arrival.promise;
    // Long enough for the DELETE to reach the server if it did not wait.
    await sleep(50);
    assert.deepEqual(
      env.server.requests.map(({ method }) => method),
      ["POST"],
    );
    response.resolve();
    assert.equal((await attached).message, "No.");
    assert.equal((await detached).id, "prodft_1");
  });
});

describe("StripeClient connections", () => {
  it("reuses a connection for later requests", async () => {
    await using env = await setupFeature();
    for (let n = 0; n < 20; n += 1) await env.client.get(features, anyObject);
    assert.equal(env.server.requests.length, 20);
    // The pool may open another connection before the first has delivered its last response.
    assert.ok(env.server.connections <= 3, `${env.server.connections} connections`);
  });

  it("opens at most 32 connections for 200 requests at the same time", async () => {
    await using env = await setupFeature();
    await Promise.all(Array.from({ length: 200 }, () => env.client.get(features, anyObject)));
    assert.equal(env.server.requests.length, 200);
    assert.ok(env.server.connections <= 32, `${env.server.connections} connections`);
  });

  it("fails after requestTimeout, and the error names it", async () => {
    await using env = await setupServer(() => "hang", { requestTimeout: 50, retry: quickRetries(1) });
    const error = await stripeRejection(env.client.get(features, anyObject));
    assert.equal(error.kind, "connection");
    assert.match(error.message, /timed out after 0\.05 s/);
    assert.equal(env.server.requests.length, 2);
    assert.equal(error.effort?.attempts, 2);
  });

  it("retries a request that timed out", async () => {
    const respond = (_: unknown, index: number) => (index === 0 ? "hang" : { body: featureBody() });
    await using env = await setupServer(respond, { requestTimeout: 200 });
    assert.equal((await env.client.get(features, anyObject)).id, "feat_test_1");
  });

  it("fails with the URL and the reason when the server cannot be reached", async () => {
    const server = await serve(() => "hang");
    const { url } = server;
    await server.close();
    const error = await stripeRejection(clientOf(url, { retry: quickRetries(0) }).get(features, anyObject));
    assert.equal(error.kind, "connection");
    assert.equal(error.status, undefined);
    assert.ok(error.message.includes(url), error.message);
    assert.match(error.message, /ECONNREFUSED/);
    assert.equal(error.effort?.isSent, false);
    assert.equal(isOutcomeUnknown(error), false);
  });

  it("fails with an unknown outcome when the connection is refused only after a lost one", async () => {
    await using env = await setupServer(
      () => {
        void env.server.close();
        return "drop";
      },
      { retry: quickRetries(1) },
    );
    const error = await stripeRejection(env.client.post(features, anyObject, {}));
    assert.match(error.message, /ECONNREFUSED/);
    assert.equal(error.effort?.isSent, true);
    assert.equal(isOutcomeUnknown(error), true);
  });
});
