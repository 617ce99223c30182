import assert from "node:assert/strict";
import type { Fault } from "../../emulator";
import { attachments, type Client, featuresPath, type Running, until, withEmulator } from "./support";

const sso = { lookup_key: "sso", name: "Single sign-on" };
const oneKey = { headers: { "idempotency-key": "k1" } };
const features = ({ emulator }: Running) => emulator.sandbox.dashboard.features().length;

/** Runs `test` with one fault in force. */
const faulty = (fault: Fault, test: (running: Running) => Promise<void>) => () =>
  withEmulator(test, { faults: [fault] });

describe("Faults", () => {
  it(
    "replaces the answer by another status before the request is carried out",
    faulty({ kind: "status", status: 503, times: 1, headers: { "retry-after": "1" } }, async (running) => {
      const { stripe, emulator } = running;
      const answer = await stripe.post(featuresPath, sso, oneKey);
      assert.equal(answer.status, 503);
      assert.equal(answer.body.error.type, "api_error");
      assert.equal(answer.headers.get("retry-after"), "1");
      assert.equal(features(running), 0);
      const retried = await stripe.post(featuresPath, sso, oneKey);
      assert.equal(retried.status, 200);
      assert.equal(retried.headers.get("idempotent-replayed"), null);
      assert.deepEqual(
        emulator.requests.entries.map((request) => request.faults),
        [["status"], undefined],
      );
    }),
  );

  it(
    "replaces the answer after the request, and the idempotency key keeps the true result",
    faulty({ kind: "status", status: 502, when: "after", times: 1 }, async (running) => {
      assert.equal((await running.stripe.post(featuresPath, sso, oneKey)).status, 502);
      assert.equal(features(running), 1);
      const retried = await running.stripe.post(featuresPath, sso, oneKey);
      assert.equal(retried.status, 200);
      assert.equal(retried.headers.get("idempotent-replayed"), "true");
      assert.equal(features(running), 1);
    }),
  );

  it(
    "stores the failure under the idempotency key with `kept`",
    faulty({ kind: "status", status: 500, when: "after", kept: true, times: 1 }, async (running) => {
      assert.equal((await running.stripe.post(featuresPath, sso, oneKey)).status, 500);
      const retried = await running.stripe.post(featuresPath, sso, oneKey);
      assert.equal(retried.status, 500);
      assert.equal(retried.headers.get("idempotent-replayed"), "true");
      assert.equal(features(running), 1);
    }),
  );

  it(
    "answers with a given body",
    faulty({ kind: "status", status: 400, body: { error: { type: "card_error" } } }, async ({ stripe }) => {
      assert.deepEqual((await stripe.get(featuresPath)).body, { error: { type: "card_error" } });
    }),
  );

  for (const [when, made] of [
    ["before", 0],
    ["after", 1],
  ] as const) {
    it(
      `resets the connection ${when} acting`,
      faulty({ kind: "drop", when, times: 1 }, async (running) => {
        await assert.rejects(running.stripe.post(featuresPath, sso, oneKey), TypeError);
        assert.equal(features(running), made);
        const [logged] = running.emulator.requests.entries;
        assert.equal(logged?.status, undefined);
        assert.deepEqual(logged?.faults, ["drop"]);
        assert.equal((await running.stripe.post(featuresPath, sso, oneKey)).status, 200);
        assert.equal(features(running), 1);
      }),
    );
  }

  it(
    "cuts an answer in the middle",
    faulty({ kind: "cut", bytes: 20 }, async (running) => {
      const { emulator } = running;
      const headers = { authorization: `Bearer ${emulator.apiKey}` };
      const response = await fetch(emulator.url + featuresPath, { headers });
      assert.equal(response.status, 200);
      await assert.rejects(response.text(), TypeError);
    }),
  );

  it(
    "answers with a body that is not JSON",
    faulty({ kind: "garbage", body: "<html>login</html>" }, async (running) => {
      const { emulator } = running;
      const headers = { authorization: `Bearer ${emulator.apiKey}` };
      const response = await fetch(emulator.url + featuresPath, { method: "POST", headers });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), "text/html");
      assert.equal(await response.text(), "<html>login</html>");
      assert.equal(features(running), 0);
    }),
  );

  it(
    "delays a request",
    faulty({ kind: "latency", ms: 60, jitterMs: 20 }, async ({ emulator, stripe }) => {
      await stripe.get(featuresPath);
      const took = emulator.requests.entries[0]?.durationMs ?? 0;
      // A timer can fire up to a millisecond early.
      assert.ok(took >= 59, `${took} ms`);
    }),
  );

  it("carries a request out after the client has given up", () =>
    withEmulator(async (running) => {
      const { emulator, stripe } = running;
      const slow = emulator.faults.add({ kind: "latency", ms: 300, times: 1 });
      const patience = new AbortController();
      const given = fetch(`${emulator.url}${featuresPath}`, {
        method: "POST",
        body: new URLSearchParams(sso),
        headers: { authorization: `Bearer ${emulator.apiKey}`, ...oneKey.headers },
        signal: patience.signal,
      });
      const failed = assert.rejects(given, { name: "AbortError" });
      await until(() => slow.hits === 1);
      patience.abort();
      await failed;
      assert.equal((await stripe.post(featuresPath, sso, oneKey)).status, 409);
      await until(() => features(running) === 1);
      const retried = await stripe.post(featuresPath, sso, oneKey);
      assert.equal(retried.headers.get("idempotent-replayed"), "true");
    }));

  it(
    "limits the rate of each mode separately",
    faulty({ kind: "rateLimit", requestsPerSecond: 2, burst: 2 }, async ({ emulator, stripe }) => {
      const answers = await Promise.all(Array.from({ length: 6 }, () => stripe.get(featuresPath)));
      const refused = answers.filter(({ status }) => status === 429);
      assert.ok(refused.length === 3 || refused.length === 4, `${refused.length} refused`);
      assert.equal(refused[0]?.headers.get("stripe-rate-limited-reason"), "global-rate");
      assert.partialDeepStrictEqual(refused[0]?.body.error, { type: "invalid_request_error", code: "rate_limit" });
      assert.equal((await stripe.get(featuresPath, {}, { key: emulator.live.apiKey })).status, 200);
      await new Promise((resolve) => setTimeout(resolve, 550));
      assert.equal((await stripe.get(featuresPath)).status, 200);
    }),
  );

  it(
    "refuses a second write to a product while the first has it locked",
    faulty({ kind: "lockTimeout", holdMs: 300 }, async ({ emulator, stripe }) => {
      const { dashboard } = emulator.sandbox;
      const [a, b] = ["a", "b"].map((name) => dashboard.createProduct({ name }).id);
      const [first, second] = ["x", "y"].map((key) => dashboard.createFeature({ lookupKey: key, name: key }).id);
      const attach = (product: string | undefined, feature: string | undefined, key: string) =>
        stripe.post(
          attachments(product ?? ""),
          { entitlement_feature: feature },
          { headers: { "idempotency-key": key } },
        );
      const answers = await Promise.all([attach(a, first, "1"), attach(a, second, "2"), attach(b, first, "3")]);
      const locked = answers.slice(0, 2).find(({ status }) => status === 429);
      assert.equal(answers.filter(({ status }) => status === 200).length, 2);
      assert.equal(answers[2]?.status, 200);
      assert.equal(locked?.body.error.code, "lock_timeout");
      assert.equal(locked?.headers.get("stripe-should-retry"), "true");
      assert.equal(locked?.headers.get("stripe-rate-limited-reason"), null);
      // The request never began, so its key is free.
      const key = locked === answers[0] ? "1" : "2";
      assert.equal((await attach(a, key === "1" ? first : second, key)).status, 200);
      assert.equal(dashboard.productFeatures(a ?? "").length, 2);
    }),
  );

  it(
    "applies only to the selected requests",
    faulty(
      { kind: "status", status: 500, method: "POST", route: featuresPath, livemode: false, skip: 1, times: 1 },
      async ({ emulator, stripe }) => {
        const create = (key: string, apiKey = emulator.apiKey) =>
          stripe.post(featuresPath, { lookup_key: key, name: key }, { key: apiKey });
        assert.equal((await create("a")).status, 200);
        assert.equal((await stripe.get(featuresPath)).status, 200);
        assert.equal((await create("a", emulator.live.apiKey)).status, 200);
        assert.equal((await create("b")).status, 500);
        assert.equal((await create("b")).status, 200);
      },
    ),
  );

  it("adds and removes faults while the server runs", () =>
    withEmulator(async ({ emulator, stripe }) => {
      const first = emulator.faults.add({ kind: "status", status: 500 });
      emulator.faults.add({ kind: "status", status: 503 });
      assert.equal((await stripe.get(featuresPath)).status, 500);
      assert.equal(first.hits, 1);
      first.remove();
      assert.equal((await stripe.get(featuresPath)).status, 503);
      emulator.faults.clear();
      assert.equal((await stripe.get(featuresPath)).status, 200);
    }));

  it("makes the same random decisions for the same seed", async () => {
    const run = async (seed: number) => {
      const statuses: number[] = [];
      const play = async ({ stripe }: { stripe: Client }) => {
        for (let i = 0; i < 20; i++) statuses.push((await stripe.get(featuresPath)).status);
      };
      await withEmulator(play, { randomSeed: seed, faults: [{ kind: "status", status: 500, probability: 0.5 }] });
      return statuses;
    };
    const first = await run(7);
    assert.deepEqual(await run(7), first);
    assert.notDeepEqual(await run(8), first);
    assert.deepEqual(new Set(first), new Set([200, 500]));
  });

  it(
    "replaces a header regardless of the case of its name",
    faulty(
      { kind: "status", status: 502, body: "<html>", headers: { "Content-Type": "text/html", "REQUEST-ID": "req_1" } },
      async ({ emulator }) => {
        const headers = { authorization: `Bearer ${emulator.apiKey}` };
        const response = await fetch(emulator.url + featuresPath, { headers });
        assert.equal(response.headers.get("content-type"), "text/html");
        assert.equal(response.headers.get("request-id"), "req_1");
        assert.equal(await response.text(), "<html>");
      },
    ),
  );

  it("refuses an invalid fault and names the field", () =>
    withEmulator(async ({ emulator: { faults } }) => {
      const status = (headers: Record<string, string>) => ({ kind: "status", status: 500, headers });
      for (const [fault, message] of [
        [
          { kind: "drop", route: "/v1/features" },
          /^The route \/v1\/features of the fault does not exist.*\/v1\/entitlements/,
        ],
        [{ kind: "drop", probability: 2 }, /: probability: .*<=1\.$/],
        [{ kind: "drop", probability: Number.NaN }, /: probability: /],
        [{ kind: "drop", times: 0 }, /: times: .*>=1\.$/],
        [{ kind: "drop", skip: -1 }, /: skip: .*>=0\.$/],
        [{ kind: "drop", method: "PUT" }, /: method: .*"GET"\|"POST"\|"DELETE"\.$/],
        [{ kind: "rateLimit", requestsPerSecond: 0 }, /: requestsPerSecond: .*above 0/],
        [
          { kind: "nope" },
          /: kind: It is not one of status, drop, cut, garbage, latency, rateLimit, lockTimeout, lostDelivery, lateDelivery, duplicateDelivery, reorderedDelivery\.$/,
        ],
        [{ kind: "status" }, /: status: .*number/],
        [{ kind: "status", status: 999 }, /: status: .*<=599/],
        [{ kind: "status", status: 204 }, /: status: .*204, 205, 304 have no body/],
        [{ kind: "latency" }, /: ms: .*number/],
        [{ kind: "latency", ms: Number.POSITIVE_INFINITY }, /: ms: /],
        [{ kind: "cut", bytes: -3 }, /: bytes: .*>=0/],
        [{ kind: "garbage", body: "x", contentType: "text/html\r\nx: y" }, /: contentType: A header value/],
        [status({ "a b": "c" }), /: headers\.a b: A header name/],
        [status({ a: "snow ☃" }), /: headers\.a: A header value/],
        [
          status({ "Content-Length": "5" }),
          /: headers\.Content-Length: .*cannot set content-length or transfer-encoding/,
        ],
        [status({ "transfer-encoding": "chunked" }), /: headers\.transfer-encoding: .*cannot set content-length/],
      ] as const) {
        assert.throws(() => faults.add(fault as unknown as Fault), { name: "RangeError", message }, String(message));
      }
      assert.deepEqual(faults.list(), []);
    }));

  it("treats an undefined field as not set", () =>
    withEmulator(async ({ emulator: { faults }, stripe }) => {
      faults.add({ kind: "status", status: 500, times: undefined } as unknown as Fault);
      assert.equal((await stripe.get(featuresPath)).status, 500);
    }));

  it("answers with an error in Stripe's form if an answer cannot be sent", () =>
    withEmulator(
      async ({ emulator, stripe }) => {
        const { body, headers, status } = await stripe.get(featuresPath);
        assert.equal(status, 500);
        assert.equal(body.error.type, "api_error");
        assert.match(body.error.message, /^The emulator failed: TypeError.*stripe-version/);
        assert.equal(headers.get("request-id"), emulator.requests.entries[0]?.requestId);
        assert.equal(emulator.requests.count({ status: 500 }), 1);
      },
      { choices: { defaultApiVersion: "2026-07-29\ndahlia" } },
    ));
});
