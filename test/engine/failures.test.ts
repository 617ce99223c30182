import assert from "node:assert/strict";
import { join } from "node:path";
import { type Engine, startEngine, startNextRun, stopEngines, timeout } from "../support/engine";
import { type Respond, serve } from "../support/http-server";
import { adapters, type PackageForm, packageForms } from "../support/package-forms";
import { engineRejection } from "../support/provider-process";

const owner = "shop/production/single-sign-on";
const sso = { lookupKey: "sso", name: "Single sign-on", owner };
const state = { ...sso, metadata: {}, active: true, livemode: false };
const pair = { product: "prod_1", entitlementFeature: "feat_1", owner: "shop/production/enterprise-sso" };
const pairState = { ...pair, lookupKey: "sso", livemode: false };

/** A call of the provider, and the words that name its object in messages. */
type Call = readonly [subject: string, call: Promise<unknown>];

/** Sends every call that sends requests to Stripe. */
function callAll({ provider }: Engine, form: PackageForm): readonly Call[] {
  const feature = 'Feature "single-sign-on" (feat_1, lookup key "sso")';
  const attachment = 'ProductFeature "enterprise-sso" (prodft_1 on prod_1)';
  const renamed = form.feature({ ...sso, name: "SSO" });
  const { owner: _, ...withoutOwner } = sso;
  return [
    ['Feature "single-sign-on" (lookup key "sso")', provider.create(form.feature(sso))],
    ['Feature (lookup key "sso")', provider.create(form.feature(withoutOwner))],
    [feature, provider.read("feat_1", form.feature(state))],
    [feature, provider.update("feat_1", form.feature(state), renamed)],
    [feature, provider.delete("feat_1", form.feature(state))],
    ["Feature (feat_1)", provider.get("feat_1", form.feature({}))],
    ['ProductFeature "enterprise-sso" (feat_1 on prod_1)', provider.create(form.productFeature(pair))],
    [attachment, provider.read("prodft_1", form.productFeature(pairState))],
    [attachment, provider.delete("prodft_1", form.productFeature(pairState))],
  ];
}

for (const [adapter, openForm] of Object.entries(adapters)) {
  describe(`An error of the ${adapter}, as a process,`, function () {
    this.timeout(timeout);
    let form: PackageForm;

    before(async () => {
      form = await openForm();
    });

    afterEach(stopEngines);

    /** Asserts that every call fails with `expected`, once, naming its object, without a secret. */
    async function assertAllFail(engine: Engine, expected: RegExp, secret: string): Promise<void> {
      const calls = callAll(engine, form);
      const errors = await Promise.all(calls.map(([, call]) => engineRejection(call)));
      const { stdout, stderr } = await engine.provider.stop();
      for (const [index, [subject]] of calls.entries()) {
        const message = errors[index]?.message ?? "";
        assert.ok(message.startsWith(`${subject}: `), `${subject} expected in: ${message}`);
        assert.match(message, expected);
        assert.ok(!message.includes(secret), "a key in the message");
      }
      assert.ok(!(stdout + stderr).includes(secret), "a key in the output");
      assert.equal(stderr, "", "the error is shown twice");
      assert.doesNotMatch(errors.map(({ message }) => message).join("\n") + stderr, /^\s+at /m, "a stack trace");
    }

    it("explains a rejected API key once, without the key", async () => {
      const apiKey = "sk_test_made_up_and_unknown_4242";
      const engine = await startEngine(form, { config: { apiKey } });
      const expected =
        /Stripe rejected the API key: .*\[REDACTED\].*\(Stripe's request id: req_.*\nSet a valid key with `/;
      await assertAllFail(engine, expected, apiKey);
      assert.equal(
        engine.emulator.requests.count((request) => request.status !== 401),
        0,
      );
      assert.equal(engine.dashboard.features().length, 0);
    });

    it("redacts a key without Stripe's prefix that the response repeats", async () => {
      const apiKey = "a-key-of-another-shape-0815";
      const engine = await startEngine(form, { config: { apiKey } });
      await assertAllFail(engine, /Stripe rejected the API key/, apiKey);
    });

    it("names the permission that the API key lacks", async () => {
      const engine = await startEngine(form);
      const apiKey = engine.emulator.sandbox.restrictedKey({});
      await engine.provider.configure({
        "stripe-entitlements:apiKey": apiKey,
        "stripe-entitlements:apiBase": engine.emulator.url,
      });
      await assertAllFail(engine, /the API key lacks a permission: .*(Entitlements|Products).*\n.*permission/s, apiKey);
      assert.equal(
        engine.emulator.requests.count((request) => request.status !== 403),
        0,
      );
    });

    it("names the server that does not answer, and says what to check", async () => {
      const closed = await serve(() => "drop");
      const { url } = closed;
      await closed.close();
      const apiKey = "sk_test_no_server_there_4242";
      const engine = await startEngine(form, { config: { apiKey, apiBase: url } });
      const expected = new RegExp(`Stripe cannot be reached: no answer from ${url}: .*\nCheck the network`);
      await assertAllFail(engine, expected, apiKey);
    });

    const unexpectedAnswers: Record<string, Respond> = {
      "a web page": () => ({ headers: { "content-type": "text/html" }, body: "<!doctype html><title>Sign in</title>" }),
      "JSON of another API": () => ({ body: '{"data":null,"status":"ok"}' }),
      // The quoted part of the answer ends within the key.
      "a page that repeats the key": ({ headers }) => ({ body: `${"-".repeat(30)}${headers.authorization}` }),
    };

    for (const [what, respond] of Object.entries(unexpectedAnswers)) {
      it(`explains ${what} as an answer that is not from Stripe's API`, async () => {
        await using server = await serve(respond);
        const apiKey = "of-another-shape-and-rather-long-4242-4242-4242";
        const engine = await startEngine(form, { config: { apiKey, apiBase: server.url } });
        const expected =
          /the answer does not come from Stripe's API: the answer of 127\.0\.0\.1:\d+ to (GET|POST|DELETE) \//;
        await assertAllFail(engine, expected, "of-another-shape");
      });
    }

    it("explains an answer that is not from Stripe's API to a write or a list", async () => {
      const engine = await startEngine(form);
      for (const method of ["POST", "DELETE"] as const)
        engine.emulator.faults.add({ kind: "garbage", method, body: "{}" });
      for (const route of [
        "/v1/entitlements/features/:id",
        "/v1/products/:product/features/:id",
        "/v1/entitlements/features",
        "/v1/products/:product/features",
      ]) {
        engine.emulator.faults.add({ kind: "garbage", method: "GET", route, body: '{"object":"list"}' });
      }
      const expected = /the answer does not come from Stripe's API: .* is not of Stripe's shape \(/;
      await assertAllFail(engine, expected, engine.emulator.apiKey);
    });

    it("names the status of a gateway's error page", async () => {
      await using server = await serve(() => ({ status: 502, body: "<h1>Bad gateway</h1>" }));
      const engine = await startEngine(form, { config: { apiBase: server.url } });
      await assertAllFail(engine, /Stripe failed: HTTP 502 without Stripe's error object/, engine.emulator.apiKey);
    });
  });

  describe(`A failed update of a feature by the ${adapter}`, function () {
    this.timeout(timeout);
    let form: PackageForm;
    let engine: Engine;

    before(async () => {
      form = await openForm();
    });

    beforeEach(async () => {
      engine = await startEngine(form);
    });

    afterEach(stopEngines);

    it("keeps the state of its first request, so that the next update continues from it", async () => {
      const { provider, emulator, dashboard } = engine;
      const { id, outs } = await provider.create(form.feature(sso));
      // A key that is not declared makes the update take two requests. The second one fails.
      dashboard.setMetadata(id, { pulumi_owner: owner, note: "by hand" });
      emulator.faults.add({ kind: "status", status: 500, method: "POST", skip: 1, times: 1 });
      const news = form.feature({ ...sso, name: "SSO" });
      const { message, partialState } = await engineRejection(provider.update(id, outs, news));

      assert.ok(message.startsWith(`Feature "single-sign-on" (${id}, lookup key "sso"): Stripe failed: `), message);
      assert.equal(dashboard.feature(id)?.name, "SSO");
      assert.ok(partialState !== undefined, "the engine would lose the new state");
      const properties = { ...outs, name: "SSO", metadata: { note: "by hand" } };
      assert.deepEqual(partialState, { id, reasons: [message], properties });

      assert.equal((await provider.diff(id, properties, news)).changes, true);
      const repaired = await provider.update(id, properties, news);
      assert.deepEqual(dashboard.feature(id)?.metadata, { pulumi_owner: owner });
      assert.deepEqual(repaired["metadata"], {});
      // A run in which a resource failed deletes nothing.
      const nextRun = await startNextRun(form, engine);
      await nextRun.delete(id, properties);
      assert.equal(dashboard.feature(id)?.active, false);
    });

    it("keeps no new state when its first request failed", async () => {
      const { provider, emulator, dashboard } = engine;
      const { id, outs } = await provider.create(form.feature(sso));
      emulator.faults.add({ kind: "status", status: 500, method: "POST", times: 1 });
      const error = await engineRejection(provider.update(id, outs, form.feature({ ...sso, name: "SSO" })));
      assert.equal(error.partialState, undefined);
      assert.equal(dashboard.feature(id)?.name, "Single sign-on");
    });
  });
}

describe("A provider process of a Node.js that is too old", function () {
  this.timeout(timeout);

  afterEach(stopEngines);

  it("names the version for every call and before any request", async () => {
    const form = await packageForms.installed();
    const engine = await startEngine(form, { execArgv: ["--require", join(__dirname, "../support/old-node.cjs")] });
    const calls = [
      engine.provider.check({}, form.feature(sso)),
      engine.provider.diff("feat_1", form.feature(state), form.feature(sso)),
      ...callAll(engine, form).map(([, call]) => call),
    ];
    const errors = await Promise.all(calls.map(engineRejection));
    const { stderr } = await engine.provider.stop();
    for (const { message } of errors) {
      assert.match(
        message,
        /^Node\.js 20\.11\.0 \(.+\) is too old: pulumi-stripe-entitlements needs 22\.19\.0 or later\n/,
      );
      assert.match(message, /the first `node` on PATH/);
    }
    assert.doesNotMatch(stderr, /needs 22|^\s+at /m);
    assert.equal(engine.emulator.requests.count(), 0);
  });
});

describe("A provider process whose engine was killed", function () {
  this.timeout(timeout);

  afterEach(stopEngines);

  it("ends with its next line, which has no reader", async () => {
    const form = await packageForms.installed();
    const { provider } = await startEngine(form);
    const ended = provider.hangUp();
    // A first create prints a line.
    const created = provider.create(form.feature(sso)).catch(() => undefined);
    assert.equal(await ended, 1);
    await created;
  });
});
