import assert from "node:assert/strict";
import { get, type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { mayOpenPage } from "../../emulator/control/access";
import { type Body, featuresPath, type Running, until, withEmulator } from "./support";

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Sends a request with any headers, also those that `fetch` does not allow. */
async function ask({ emulator }: Running, { method = "GET", path, headers = {}, body }: Asked) {
  return new Promise<{ status: number; body: Body }>((resolve, reject) => {
    const sent = request(emulator.url + path, { method, headers }, (response) => {
      const status = response.statusCode ?? 0;
      if (response.headers["content-type"]?.startsWith("application/json")) {
        json(response).then((read) => resolve({ status, body: read as Body }), reject);
      } else response.resume().on("end", () => resolve({ status, body: {} as Body }));
    });
    sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Milliseconds between the events of the stream. */
const intervalMs = 100;
/** Characters. More than the buffers of a connection hold. */
const longEvent = 4 * 1024 * 1024;
const writeCount = 9;

/** Returns the headers of a program that has the key. */
const authorized = ({ emulator }: Running) => ({ authorization: `Bearer ${emulator.apiKey}` });

const createSso = {
  method: "POST",
  path: "/_emulator/dashboard/createFeature",
  body: { lookupKey: "sso", name: "SSO" },
};

describe("emulator control over HTTP", () => {
  it("calls the methods of the Dashboard with a secret key", () =>
    withEmulator(async (running) => {
      const { dashboard } = running.emulator.sandbox;
      const headers = authorized(running);
      const act = async (action: string, body: object) =>
        (await ask(running, { method: "POST", path: `/_emulator/dashboard/${action}`, headers, body })).body;
      const { id: feature } = await act("createFeature", { lookupKey: "sso", name: "SSO", metadata: { a: "1" } });
      const { id: product } = await act("createProduct", { id: "prod_team", name: "Team" });
      const { id: customer } = await act("createCustomer", { name: "Acme" });
      await act("renameFeature", { feature, name: "Sign-on" });
      await act("setMetadata", { feature, metadata: { b: "1" } });
      await act("updateFeature", { feature, metadata: { b: "2" } });
      await act("attach", { product, feature });
      await act("subscribe", { customer, product });
      assert.equal(dashboard.activeEntitlements(customer)[0]?.lookup_key, "sso");
      await act("detach", { product, feature });
      await act("startBillingPeriod", { customer });
      assert.deepEqual(dashboard.activeEntitlements(customer), []);
      await act("cancelSubscription", { customer, product });
      await act("setProductActive", { product, active: false });
      assert.equal(dashboard.products()[0]?.active, false);
      assert.partialDeepStrictEqual(dashboard.feature(feature), { name: "Sign-on", metadata: { b: "2" } });
      await act("archiveFeature", { feature });
      await act("deleteCustomer", { customer });
      await act("deleteProduct", { product });
      assert.deepEqual([dashboard.products(), dashboard.customers()], [[], []]);
      assert.equal(dashboard.feature(feature)?.active, false);
      assert.equal(running.emulator.requests.count(), 0);
    }));

  it("refuses invalid input", () =>
    withEmulator(async (running) => {
      const headers = authorized(running);
      for (const [action, body, message] of [
        ["createFeature", { lookupKey: "", name: "SSO" }, /^lookupKey: It is empty$/],
        ["createFeature", { lookupKey: "x".repeat(81), name: "SSO" }, /^lookupKey: It has more than 80 characters$/],
        ["createFeature", { lookupKey: "sso", name: "SSO", active: true }, /"active"/],
        ["archiveFeature", { feature: "feat_missing" }, /^No such entitlements.feature: 'feat_missing'$/],
        ["explode", {}, /^"explode" is not one of createFeature, /],
      ] as const) {
        const asked = { method: "POST", path: `/_emulator/dashboard/${action}`, headers, body };
        const answer = await ask(running, asked);
        assert.equal(answer.status, 400, action);
        assert.match(answer.body.error.message, message);
      }
      const body = `{"lookupKey":"sso","name":"SSO","metadata":{"__proto__":"x"}}`;
      const asked = { method: "POST", path: "/_emulator/dashboard/createFeature", headers, body: JSON.parse(body) };
      assert.match((await ask(running, asked)).body.error.message, /^"__proto__" cannot be used as a name$/);
      assert.deepEqual(running.emulator.sandbox.dashboard.features(), []);
      const path = "/_emulator/state?account=acct_missing";
      assert.equal((await ask(running, { path, headers })).status, 404);
      assert.equal((await ask(running, { path: "/_emulator/nothing", headers })).status, 404);
    }));

  it("accepts only true and false for livemode", () =>
    withEmulator(async (running) => {
      const { live, sandbox } = running.emulator;
      const headers = authorized(running);
      for (const mode of ["True", "1", "", "yes"]) {
        const answer = await ask(running, { ...createSso, path: `${createSso.path}?livemode=${mode}`, headers });
        assert.equal(answer.status, 400, mode);
        assert.equal(answer.body.error.message, `livemode must be true or false, got "${mode}"`);
      }
      assert.deepEqual(sandbox.dashboard.features(), []);
      assert.equal(
        (await ask(running, { ...createSso, path: `${createSso.path}?livemode=true`, headers })).status,
        200,
      );
      assert.deepEqual([sandbox.dashboard.features().length, live.dashboard.features().length], [0, 1]);
    }));

  it("adds, lists and removes faults", () =>
    withEmulator(async (running) => {
      const { stripe } = running;
      const headers = authorized(running);
      const path = "/_emulator/faults";
      const added = await ask(running, { method: "POST", path, headers, body: { kind: "status", status: 503 } });
      assert.deepEqual(added.body, { id: 1, hits: 0, fault: { kind: "status", status: 503 } });
      assert.equal((await stripe.get(featuresPath)).status, 503);
      const listed = await ask(running, { path, headers });
      assert.deepEqual(listed.body["faults"], [{ ...added.body, hits: 1 }]);
      await ask(running, { method: "DELETE", path: `${path}/1`, headers });
      assert.equal((await stripe.get(featuresPath)).status, 200);
      assert.equal((await ask(running, { method: "DELETE", path: `${path}/1`, headers })).status, 404);
      await ask(running, { method: "POST", path, headers, body: { kind: "drop" } });
      await ask(running, { method: "DELETE", path, headers });
      assert.equal((await stripe.get(featuresPath)).status, 200);
      for (const body of [{ kind: "flood" }, { kind: "drop", route: "/v1/nothing" }, { kind: "latency", ms: -1 }]) {
        assert.equal((await ask(running, { method: "POST", path, headers, body })).status, 400);
      }
    }));

  it("returns and clears the request log", () =>
    withEmulator(async (running) => {
      const headers = authorized(running);
      await running.stripe.get(featuresPath, { limit: 3 });
      const path = "/_emulator/requests";
      const { requests } = (await ask(running, { path, headers })).body as unknown as { requests: object[] };
      assert.equal(requests.length, 1);
      assert.partialDeepStrictEqual(requests[0], {
        method: "GET",
        route: featuresPath,
        params: { limit: "3" },
        status: 200,
      });
      await ask(running, { method: "DELETE", path, headers });
      assert.equal(running.emulator.requests.count(), 0);
    }));

  it("sends requests and changes in one stream", () =>
    withEmulator(async (running) => {
      const { emulator, stripe } = running;
      await stripe.get(featuresPath);
      const stop = new AbortController();
      const response = await fetch(`${emulator.url}/_emulator/events`, {
        headers: authorized(running),
        signal: stop.signal,
      });
      assert.equal(response.headers.get("content-type"), "text/event-stream");
      let received = "";
      const reading = (async () => {
        for await (const chunk of response.body ?? []) received += Buffer.from(chunk).toString();
      })().catch(() => undefined);
      const news = () => [...received.matchAll(/data: (.*)/g)].map(([, data = ""]) => JSON.parse(data));
      await until(() => news().length === 1);
      assert.deepEqual([news()[0].changed, news()[0].requests.length], [true, 1], "what was before comes first");
      await Promise.all(Array.from({ length: 250 }, () => stripe.get(featuresPath)));
      await until(() => news().length >= 2);
      assert.ok(
        news().every(({ requests }) => requests.length <= 200),
        "a flood comes in parts",
      );
      assert.equal(news()[1].changed, false);
      const before = news().length;
      emulator.sandbox.dashboard.createProduct({ name: "Team" });
      await until(() =>
        news()
          .slice(before)
          .some(({ changed }) => changed),
      );
      stop.abort();
      await reading;
    }));

  it("stops listening for the stream once it is closed", () =>
    withEmulator(async (running) => {
      const { requests, url } = running.emulator;
      let listening = 0;
      const onRequest = requests.onRequest.bind(requests);
      requests.onRequest = (listener) => {
        const stop = onRequest(listener);
        listening += 1;
        return () => {
          listening -= 1;
          stop();
        };
      };
      const stop = new AbortController();
      const address = `${url}/_emulator/events`;
      const headers = authorized(running);
      const head = await fetch(address, { method: "HEAD", headers });
      assert.equal(head.headers.get("content-type"), "text/event-stream");
      assert.equal(listening, 0);
      await fetch(address, { headers, signal: stop.signal });
      assert.equal(listening, 1);
      stop.abort();
      await until(() => listening === 0);
    }));

  it("lets no events pile up for a stalled reader", () =>
    withEmulator(async (running) => {
      const { requests, url } = running.emulator;
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        get(`${url}/_emulator/events`, { headers: authorized(running) }, resolve).on("error", reject);
      });
      response.pause();
      const params = { text: "x".repeat(longEvent) };
      for (let i = 1; i <= writeCount; i++) {
        requests.add({ method: "GET", path: `/${i}`, params, requestId: `req_${i}`, startedAt: 0, durationMs: 0 });
        await new Promise((resolve) => setTimeout(resolve, 1.2 * intervalMs));
      }
      let received = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        received += text.replaceAll("x", "");
      });
      response.resume();
      await until(() => received.includes(`req_${writeCount}"`));
      const events = received.match(/^event: news$/gm)?.length ?? 0;
      assert.ok(events < writeCount, `${events} events for ${writeCount} writes and the start`);
      response.destroy();
    }));

  describe("refuses", () => {
    /** Returns the headers that a browser adds to a request of a page of `origin`. */
    const fromPage = (origin: string, relation: string) => ({ origin, "sec-fetch-site": relation });

    for (const [who, headersOf, status] of [
      ["a request without a key", () => ({}), 401],
      ["a wrong key", () => ({ authorization: "Bearer sk_test_wrong" }), 401],
      [
        "a publishable key",
        ({ emulator }: Running) => ({ authorization: `Bearer ${emulator.sandbox.publishableKey}` }),
        401,
      ],
      [
        "another web page, even with the key",
        (running: Running) => ({ ...authorized(running), origin: "https://evil.example" }),
        403,
      ],
      [
        "another page on this machine",
        (running: Running) => ({ ...authorized(running), ...fromPage("http://127.0.0.1:3000", "same-site") }),
        403,
      ],
      [
        "a page that hides its origin",
        (running: Running) => ({ ...authorized(running), origin: "null", "sec-fetch-site": "cross-site" }),
        403,
      ],
      [
        "a form or an image of another page",
        (running: Running) => ({ ...authorized(running), "sec-fetch-site": "cross-site" }),
        403,
      ],
      [
        "a foreign host name that resolves to the emulator",
        (running: Running) => ({ ...authorized(running), host: "evil.example" }),
        403,
      ],
    ] as const) {
      it(who, () =>
        withEmulator(async (running) => {
          const answer = await ask(running, { ...createSso, headers: headersOf(running) });
          assert.equal(answer.status, status);
          assert.notEqual(answer.body.error.message, "");
          assert.deepEqual(running.emulator.sandbox.dashboard.features(), []);
        }),
      );
    }

    it("the page under a foreign host name (DNS rebinding)", () =>
      withEmulator(async (running) => {
        const port = new URL(running.emulator.url).port;
        assert.equal((await ask(running, { path: "/", headers: { host: `evil.example:${port}` } })).status, 403);
        for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
          assert.equal((await ask(running, { path: "/", headers: { host } })).status, 200, host);
        }
      }));
  });

  it("accepts the token of its own page", () =>
    withEmulator(async (running) => {
      const { emulator } = running;
      const response = await fetch(emulator.page);
      assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'.*frame-ancestors 'none'/);
      const token = /name="token" content="(\w+)"/.exec(await response.text())?.[1];
      const headers = { authorization: `Bearer ${token}`, origin: emulator.url, "sec-fetch-site": "same-origin" };
      assert.equal((await ask(running, { ...createSso, headers })).status, 200);
      assert.equal(emulator.sandbox.dashboard.features().length, 1);
      assert.equal((await ask(running, { path: featuresPath, headers })).status, 401, "it is no key to the API");
    }));

  it("serves the page to this machine, and to others with the token", () => {
    const access = { token: "secret" };
    for (const peer of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) assert.ok(mayOpenPage(peer, undefined, access), peer);
    assert.ok(!mayOpenPage("192.0.2.7", undefined, access));
    assert.ok(!mayOpenPage("192.0.2.7", "guess", access));
    assert.ok(mayOpenPage("192.0.2.7", "secret", access));
  });
});
