import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Engine, patience, startAgain, startEngine, stopEngines } from "../support/engine";
import { type Form, forms } from "../support/provider-forms";
import { refusal } from "../support/provider-process";

const sso = { lookupKey: "sso", name: "Single sign-on" };
const state = { ...sso, metadata: {}, active: true, livemode: false };
const pair = { product: "prod_1", entitlementFeature: "feat_1" };
const pairState = { ...pair, lookupKey: "sso", livemode: false };

describe("A call that fails", function () {
  this.timeout(patience);
  let form: Form;

  before(async () => {
    form = await forms.installed();
  });

  afterEach(stopEngines);

  /** Every call that reaches Stripe, with the words that name its object. */
  const calls = ({ provider }: Engine): readonly [string, Promise<unknown>][] => [
    ['Feature "sso"', provider.create(form.feature(sso))],
    ['Feature "sso" (feat_1)', provider.read("feat_1", form.feature(state))],
    ['Feature "sso" (feat_1)', provider.update("feat_1", form.feature(state), form.feature({ ...sso, name: "SSO" }))],
    ['Feature "sso" (feat_1)', provider.delete("feat_1", form.feature(state))],
    ["Feature feat_1", provider.get("feat_1", form.feature({}))],
    ["ProductFeature of feat_1 on prod_1", provider.create(form.productFeature(pair))],
    ['ProductFeature prodft_1 of feature "sso" on prod_1', provider.read("prodft_1", form.productFeature(pairState))],
    ['ProductFeature prodft_1 of feature "sso" on prod_1', provider.delete("prodft_1", form.productFeature(pairState))],
  ];

  /** Awaits the failure of every call, and holds what the user sees of it against the rules for all errors. */
  async function failAll(engine: Engine, expected: RegExp, secret: string): Promise<void> {
    const called = calls(engine);
    const errors = await Promise.all(called.map(([, call]) => refusal(call)));
    const { stdout, stderr } = await engine.provider.stop();
    for (const [index, [subject]] of called.entries()) {
      const message = errors[index]?.message ?? "";
      assert.ok(message.startsWith(`${subject}: `), message);
      assert.match(message, expected);
      assert.ok(!message.includes(secret), "a key in the message");
    }
    assert.ok(!(stdout + stderr).includes(secret), "a key in the output");
    assert.doesNotMatch(stderr, expected, "the message is shown twice");
    assert.doesNotMatch(errors.map(({ message }) => message).join("\n") + stderr, /^\s+at /m, "a stack trace");
  }

  it("with 401 says so once, with the way out and without the key", async () => {
    const apiKey = "sk_test_made_up_and_unknown_4242";
    const engine = await startEngine(form, { config: { apiKey } });
    await failAll(engine, /Stripe does not accept the API key: .*\[REDACTED\].*\(Stripe's request id: req_/, apiKey);
    assert.equal(
      engine.emulator.requests.count((request) => request.status !== 401),
      0,
    );
    assert.equal(engine.dashboard.features().length, 0);
  });

  it("with 401 hides a key of no known shape that the answer repeats", async () => {
    const apiKey = "a-key-of-another-shape-0815";
    const engine = await startEngine(form, { config: { apiKey } });
    await failAll(engine, /Stripe does not accept the API key/, apiKey);
  });

  it("with 403 passes on which permission is missing", async () => {
    const engine = await startEngine(form);
    const apiKey = engine.emulator.sandbox.restrictedKey({});
    await engine.provider.configure({
      "stripe-entitlements:apiKey": apiKey,
      "stripe-entitlements:apiBase": engine.emulator.url,
    });
    await failAll(engine, /the API key may not do this: .*(Entitlements|Products).*\n.*permission/s, apiKey);
    assert.equal(
      engine.emulator.requests.count((request) => request.status !== 403),
      0,
    );
  });

  it("because nothing answers names the server and what to check", async () => {
    const closed = await listen(() => undefined);
    await closed.close();
    const apiKey = "sk_test_nobody_there_4242";
    const engine = await startEngine(form, { config: { apiKey, apiBase: closed.url } });
    await failAll(
      engine,
      new RegExp(`Stripe cannot be reached: no answer from ${closed.url}: .*\nCheck the network`),
      apiKey,
    );
  });

  const garbage: Record<string, RequestListener> = {
    "a page": (_, response) =>
      response.setHeader("content-type", "text/html").end("<!doctype html><title>Sign in</title>"),
    "JSON of another API": (_, response) => response.end('{"data":null,"status":"ok"}'),
    // Longer than the part of an answer that is shown, so that the cut goes through the key.
    "a page that repeats the key": ({ headers }, response) => response.end(`${"-".repeat(30)}${headers.authorization}`),
  };

  for (const [what, listener] of Object.entries(garbage)) {
    it(`because ${what} is answered says that this is not Stripe`, async () => {
      await using server = await listen(listener);
      const apiKey = "of-another-shape-and-rather-long-4242-4242-4242";
      const engine = await startEngine(form, { config: { apiKey, apiBase: server.url } });
      await failAll(
        engine,
        /this is not Stripe's API: the answer of 127\.0\.0\.1:\d+ to (GET|POST|DELETE) \//,
        "of-another-shape",
      );
    });
  }

  it("because something else answers a write, or a list, says so just the same", async () => {
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
    await failAll(engine, /this is not Stripe's API: .* is not of Stripe's shape \(/, engine.emulator.apiKey);
  });

  it("with an error page of a gateway names the status", async () => {
    await using server = await listen((_, response) => response.writeHead(502).end("<h1>Bad gateway</h1>"));
    const engine = await startEngine(form, { config: { apiBase: server.url } });
    await failAll(engine, /Stripe failed: HTTP 502 without Stripe's error object/, engine.emulator.apiKey);
  });

  it("on a Node.js that is too old says so before anything else, whatever is called", async () => {
    const engine = await startEngine(form, { execArgv: ["--require", join(__dirname, "../support/old-node.cjs")] });
    const old = [
      engine.provider.check({}, form.feature(sso)),
      engine.provider.diff("feat_1", form.feature(state), form.feature(sso)),
      ...calls(engine).map(([, call]) => call),
    ];
    const errors = await Promise.all(old.map(refusal));
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

describe("An update of which a part was done", function () {
  this.timeout(patience);
  let form: Form;
  let engine: Engine;

  before(async () => {
    form = await forms.installed();
    engine = await startEngine(form);
  });

  after(stopEngines);

  it("leaves what was done, so that the next update goes on and a delete still works", async () => {
    const { provider, emulator, dashboard } = engine;
    const { id, outs } = await provider.create(form.feature({ ...sso, owner: "o" }));
    // A key that nobody declared makes the update take two requests; the second one fails.
    dashboard.setMetadata(id, { pulumi_owner: "o", note: "by hand" });
    emulator.faults.add({ kind: "status", status: 500, method: "POST", skip: 1, times: 1 });
    const news = form.feature({ ...sso, name: "SSO", owner: "o" });
    const { message, initFailed } = await refusal(provider.update(id, outs, news));

    assert.match(message, new RegExp(`^Feature "sso" \\(${id}\\): Stripe failed: `));
    assert.deepEqual(dashboard.feature(id)?.name, "SSO");
    assert.ok(initFailed !== undefined, "the engine would throw the new state away");
    assert.equal(initFailed.id, id);
    assert.deepEqual(initFailed.reasons, [message]);
    const done = { ...outs, name: "SSO", metadata: { note: "by hand" } };
    assert.deepEqual(initFailed.properties, done);

    const { properties } = initFailed;
    assert.equal((await provider.diff(id, properties, news)).changes, true);
    const repaired = await provider.update(id, properties, news);
    assert.deepEqual(dashboard.feature(id)?.metadata, { pulumi_owner: "o" });
    assert.deepEqual(repaired["metadata"], {});
    // A run in which something failed deletes nothing; the next one does.
    const destroying = await startAgain(form, engine);
    await destroying.delete(id, properties);
    assert.equal(dashboard.feature(id)?.active, false);
  });

  it("is an ordinary failure when nothing was done", async () => {
    const { provider, emulator, dashboard } = engine;
    const { id, outs } = await provider.create(form.feature(sso));
    emulator.faults.add({ kind: "status", status: 500, method: "POST", times: 1 });
    const error = await refusal(provider.update(id, outs, form.feature({ ...sso, name: "SSO" })));
    assert.equal(error.initFailed, undefined);
    assert.equal(dashboard.feature(id)?.name, "Single sign-on");
  });
});

/** A server for the answers that the emulator cannot give. */
async function listen(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close, [Symbol.asyncDispose]: close };
}
