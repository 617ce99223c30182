import assert from "node:assert/strict";
import { featuresPath, itKeepsRule, withEmulator } from "./support";

const sso = { lookup_key: "sso", name: "Single sign-on" };
const withKey = (key: string) => ({ headers: { "idempotency-key": key } });

describe("emulator requests", () => {
  itKeepsRule("requestIds", async ({ emulator, stripe }) => {
    const answers = [
      await stripe.get(featuresPath),
      await stripe.get(`${featuresPath}/feat_missing`),
      await stripe.get("/v1/unknown"),
      await stripe.get(featuresPath, {}, { key: "sk_test_wrong" }),
    ];
    const ids = answers.map(({ headers }) => headers.get("request-id"));
    for (const id of ids) assert.match(id ?? "", /^req_\w{14}$/);
    assert.equal(new Set(ids).size, answers.length);
    assert.deepEqual(
      emulator.requests.entries.map(({ requestId }) => requestId),
      ids,
    );
    assert.equal(
      answers[1]?.body.error["request_log_url" as "message"],
      `https://dashboard.stripe.com/test/logs/${ids[1]}`,
    );
  });

  itKeepsRule("versions", async ({ stripe }) => {
    const version = async (value?: string) =>
      stripe.get(featuresPath, {}, value === undefined ? {} : { headers: { "stripe-version": value } });
    assert.equal((await version("2025-01-27.acacia")).headers.get("stripe-version"), "2025-01-27.acacia");
    assert.equal((await version("2026-11-18.endive")).headers.get("stripe-version"), "2026-11-18.endive");
    assert.equal((await version()).headers.get("stripe-version"), "2026-07-29.dahlia");
    assert.equal((await version("latest")).status, 400);
  });

  itKeepsRule("idempotentReplay", async ({ emulator, stripe }) => {
    const first = await stripe.post(featuresPath, sso, withKey("k1"));
    emulator.sandbox.dashboard.archiveFeature(first.body.id);
    const again = await stripe.post(featuresPath, sso, withKey("k1"));
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, first.body);
    assert.equal(first.headers.get("idempotent-replayed"), null);
    assert.equal(again.headers.get("idempotent-replayed"), "true");
    assert.equal(again.headers.get("original-request"), first.headers.get("request-id"));
    assert.notEqual(again.headers.get("request-id"), first.headers.get("request-id"));
    assert.equal(emulator.sandbox.dashboard.features().length, 1);

    emulator.sandbox.dashboard.createFeature({ lookupKey: "sso", name: "Taken" });
    const refused = await stripe.post(featuresPath, sso, withKey("k2"));
    assert.equal(refused.status, 400);
    emulator.sandbox.dashboard.archiveFeature(emulator.sandbox.dashboard.features({ archived: false })[0]?.id ?? "");
    const still = await stripe.post(featuresPath, sso, withKey("k2"));
    assert.equal(still.headers.get("idempotent-replayed"), "true");
    assert.deepEqual(still.body, refused.body);
    assert.equal(emulator.requests.count({ replayed: true }), 2);
  });

  itKeepsRule("idempotentParameters", async ({ stripe }) => {
    const { body } = await stripe.post(featuresPath, sso, withKey("k1"));
    for (const [path, params] of [
      [featuresPath, { ...sso, name: "Other" }],
      [`${featuresPath}/${body.id}`, sso],
    ] as const) {
      const answer = await stripe.post(path, params, withKey("k1"));
      assert.equal(answer.status, 400);
      assert.equal(answer.body.error.type, "idempotency_error");
      assert.match(answer.body.error.message, /^Keys for idempotent requests can only be used .* other than 'k1'/);
    }
  });

  itKeepsRule("idempotentInFlight", async ({ emulator, stripe }) => {
    emulator.faults.add({ kind: "latency", ms: 300, times: 2 });
    const answers = await Promise.all([
      stripe.post(featuresPath, sso, withKey("k1")),
      stripe.post(featuresPath, sso, withKey("k1")),
    ]);
    const [made, refused] = answers.toSorted((a, b) => a.status - b.status);
    assert.equal(made?.status, 200);
    assert.equal(refused?.status, 409);
    assert.equal(refused?.body.error.code, "idempotency_key_in_use");
    assert.equal((await stripe.post(featuresPath, sso, withKey("k1"))).headers.get("idempotent-replayed"), "true");
  });

  itKeepsRule("idempotentNotBegun", async ({ stripe }) => {
    assert.equal((await stripe.post(featuresPath, { name: "No key" }, withKey("k1"))).status, 400);
    assert.equal((await stripe.post(featuresPath, sso, withKey("k1"))).status, 200);
  });

  itKeepsRule("idempotentScope", async ({ emulator, stripe }) => {
    const test = await stripe.post(featuresPath, sso, withKey("k1"));
    const live = await stripe.post(featuresPath, sso, { ...withKey("k1"), key: emulator.live.apiKey });
    assert.notEqual(live.body.id, test.body.id);
    assert.equal((await stripe.get(featuresPath, {}, withKey("k1"))).status, 200);
    const product = emulator.sandbox.dashboard.createProduct({ name: "Team" });
    assert.equal((await stripe.delete(`/v1/products/${product.id}`, withKey("k2"))).status, 200);
    assert.equal((await stripe.delete(`/v1/products/${product.id}`, withKey("k2"))).status, 404);
  });

  itKeepsRule("idempotentLength", async ({ stripe }) => {
    assert.equal((await stripe.post(featuresPath, sso, withKey("k".repeat(255)))).status, 200);
    const answer = await stripe.post(featuresPath, sso, withKey("k".repeat(256)));
    assert.equal(answer.status, 400);
    assert.equal(answer.body.error.type, "idempotency_error");
  });

  it("treats an empty header as absent", () =>
    withEmulator(async ({ emulator, stripe }) => {
      const headers = { "idempotency-key": "", "stripe-account": "", "stripe-context": "", "stripe-version": "" };
      const first = await stripe.post(featuresPath, sso, { headers });
      assert.equal(first.status, 200);
      const other = await stripe.post(featuresPath, { ...sso, lookup_key: "scim" }, { headers });
      assert.equal(other.status, 200, "no key, so no other parameters under it");
      assert.equal(other.headers.get("idempotency-key"), null);
      assert.deepEqual(
        emulator.requests.entries.map(({ idempotencyKey }) => idempotencyKey),
        [undefined, undefined],
      );
    }));

  it("logs requests and answers, but never the key", () =>
    withEmulator(async ({ emulator, stripe }) => {
      const headers = { "idempotency-key": "k1", "stripe-version": "2026-07-29.dahlia", "user-agent": "test/1" };
      const { body } = await stripe.post(featuresPath, { ...sso, metadata: { a: "1" } }, { headers });
      await stripe.get(`${featuresPath}/${body.id}`, {}, { key: emulator.live.apiKey });
      await stripe.get("/v1/unknown", { q: "x" });
      const [created, read, unknown] = emulator.requests.entries;
      const { durationMs = -1, requestId, startedAt = 0, ...rest } = created ?? {};
      assert.ok(durationMs >= 0 && durationMs < 5000 && requestId !== undefined);
      assert.ok(Math.abs(startedAt - Date.now()) < 60_000);
      assert.deepEqual(rest, {
        method: "POST",
        path: featuresPath,
        route: featuresPath,
        params: { ...sso, metadata: { a: "1" } },
        status: 200,
        account: emulator.sandbox.account,
        livemode: false,
        idempotencyKey: "k1",
        stripeVersion: "2026-07-29.dahlia",
        userAgent: "test/1",
      });
      assert.partialDeepStrictEqual(read, { route: `${featuresPath}/:id`, livemode: true, status: 404 });
      assert.equal(unknown?.route, undefined);
      const text = JSON.stringify(emulator.requests.entries);
      assert.ok(!text.includes(emulator.apiKey) && !text.includes(emulator.live.apiKey));
    }));

  it("counts requests by field or by function, and clears the log", () =>
    withEmulator(async ({ emulator, stripe }) => {
      await stripe.post(featuresPath, sso);
      await stripe.get(featuresPath);
      await stripe.get(`${featuresPath}/feat_missing`);
      const { requests } = emulator;
      assert.equal(requests.count(), 3);
      assert.equal(requests.count({ method: "GET" }), 2);
      assert.equal(requests.count({ method: "GET", status: 404 }), 1);
      assert.equal(
        requests.count(({ status = 0 }) => status < 300),
        2,
      );
      requests.clear();
      assert.equal(requests.count(), 0);
    }));
});
