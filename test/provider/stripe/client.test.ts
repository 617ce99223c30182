import assert from "node:assert/strict";
import { version } from "pulumi-stripe-entitlements/package.json";
import { parse } from "qs";
import { startEmulator } from "../../../emulator/index";
import { apiVersion } from "../../../provider/stripe/client";
import { StripeApi } from "../../../provider/stripe/api";
import { apiPath } from "../../../provider/stripe/path";
import { featureSchema } from "../../../provider/stripe/schemas";
import { all } from "../../support/all";
import { serve } from "../../support/http-server";
import { stripeRejection } from "../../support/rejection";
import { clientOf, quickRetries, testKey } from "../../support/stripe-client";
import { featureBody } from "../../support/stripe-objects";

const features = apiPath`/v1/entitlements/features`;

/** The body of the one POST that a client sends with `params`. */
async function posted(params: Record<string, unknown>): Promise<string> {
  await using server = await serve(() => ({ body: featureBody() }));
  await clientOf(server.url).post(features, featureSchema, params);
  const [request] = server.requests;
  assert(request !== undefined);
  return request.body;
}

describe("A request to Stripe", () => {
  it("names the API version, the key and this package", async () => {
    await using server = await serve(() => ({ body: featureBody() }));
    await clientOf(server.url).get(features, featureSchema);
    const headers = server.requests[0]?.headers;
    assert.equal(headers?.["stripe-version"], apiVersion);
    assert.equal(headers?.authorization, `Bearer ${testKey}`);
    assert.equal(headers?.["user-agent"], `pulumi-stripe-entitlements/${version}`);
    const told = JSON.parse(String(headers?.["x-stripe-client-user-agent"]));
    assert.deepEqual(told.application, { name: "pulumi-stripe-entitlements", version });
  });

  it("names no account unless told to", async () => {
    await using server = await serve(() => ({ body: featureBody() }));
    await clientOf(server.url).get(features, featureSchema);
    assert.equal(server.requests[0]?.headers["stripe-account"], undefined);
    assert.equal(server.requests[0]?.headers["stripe-context"], undefined);
  });

  it("names the connected account and the context it acts in", async () => {
    await using server = await serve(() => ({ body: featureBody() }));
    const client = clientOf(server.url, { stripeAccount: "acct_1", stripeContext: "acct_2/acct_3" });
    await client.get(features, featureSchema);
    assert.equal(server.requests[0]?.headers["stripe-account"], "acct_1");
    assert.equal(server.requests[0]?.headers["stripe-context"], "acct_2/acct_3");
  });

  it("acts on the connected account", async () => {
    const accounts = [{ id: "acct_platform" }, { id: "acct_shop", connectedTo: "acct_platform" }];
    await using emulator = await startEmulator({ accounts });
    const client = clientOf(emulator.url, { apiKey: emulator.apiKey, stripeAccount: "acct_shop" });
    await new StripeApi(client).createFeature({ lookupKey: "sso", name: "Single sign-on", metadata: {} });
    const shop = emulator.environment({ account: "acct_shop", livemode: false });
    assert.deepEqual(
      shop.dashboard.features().map((feature) => feature.lookup_key),
      ["sso"],
    );
    assert.deepEqual(emulator.sandbox.dashboard.features(), []);
  });

  it("carries its parameters in the query of a GET, and in the form of a POST", async () => {
    await using server = await serve(() => ({ body: featureBody() }));
    const client = clientOf(server.url);
    await client.get(features, featureSchema, { archived: false, lookup_key: "a&b" });
    await client.post(features, featureSchema, { name: "a&b" });
    const [get, post] = server.requests;
    assert.equal(get?.url, "/v1/entitlements/features?archived=false&lookup_key=a%26b");
    assert.equal(get?.body, "");
    assert.equal(get?.headers["content-type"], undefined);
    assert.equal(post?.url, "/v1/entitlements/features");
    assert.equal(post?.body, "name=a%26b");
    assert.equal(post?.headers["content-type"], "application/x-www-form-urlencoded");
  });
});

describe("The form of a request", () => {
  it("writes a map with brackets", async () => {
    assert.equal(
      decodeURIComponent(await posted({ metadata: { team: "identity", tier: "1" } })),
      ["metadata[team]=identity", "metadata[tier]=1"].join("&"),
    );
  });

  it("unsets by an empty value, and leaves out what is undefined", async () => {
    assert.equal(decodeURIComponent(await posted({ name: undefined, metadata: { team: null } })), "metadata[team]=");
  });

  it("sends nothing for an empty map, which would clear it", async () => {
    assert.equal(await posted({ name: "n", metadata: {} }), "name=n");
  });

  for (const text of ["a&b=c%20+d;e", "ü 日本語 😀", "line\nbreak", "'\"<>\\", "%", "+", " "]) {
    it(`brings ${JSON.stringify(text)} over unchanged, as key and as value`, async () => {
      const decoded = parse(await posted({ name: text, metadata: { [text]: text } }), { plainObjects: true });
      assert.equal(decoded["name"], text);
      assert.deepEqual({ ...(decoded["metadata"] as object) }, { [text]: text });
    });

    it(`stores ${JSON.stringify(text)} on the server unchanged`, async () => {
      await using emulator = await startEmulator();
      const stripe = new StripeApi(clientOf(emulator.url, { apiKey: emulator.apiKey }));
      await stripe.createFeature({ lookupKey: text, name: text, metadata: { [text]: text } });
      const [stored] = emulator.sandbox.dashboard.features();
      assert.deepEqual([stored?.lookup_key, stored?.name, stored?.metadata], [text, text, { [text]: text }]);
      const found = await all(stripe.activeFeatures({ lookupKey: text }));
      assert.deepEqual(
        found.map(({ id }) => id),
        [stored?.id],
      );
    });
  }
});

describe("The connections of a client", () => {
  it("are kept alive from one request to the next", async () => {
    await using server = await serve(() => ({ body: featureBody() }));
    const client = clientOf(server.url);
    for (let n = 0; n < 20; n += 1) await client.get(features, featureSchema);
    assert.equal(server.requests.length, 20);
    // The pool may open one more while the first is still giving its last answer back.
    assert(server.connections <= 3, `${server.connections} connections`);
    await client.close();
  });

  it("are no more than 32, however many requests are made at once", async () => {
    await using server = await serve(() => ({ body: featureBody() }));
    const client = clientOf(server.url);
    await Promise.all(Array.from({ length: 200 }, () => client.get(features, featureSchema)));
    assert.equal(server.requests.length, 200);
    assert(server.connections <= 32, `${server.connections} connections`);
    await client.close();
  });
});

describe("A request that gets no answer", () => {
  it("ends after its time, and says how long that was", async () => {
    await using server = await serve(() => "hang");
    const client = clientOf(server.url, { requestTimeout: 50, retry: quickRetries(1) });
    const error = await stripeRejection(client.get(features, featureSchema));
    assert.equal(error.kind, "connection");
    assert.match(error.message, /nothing within 0\.05 s/);
    assert.equal(server.requests.length, 2);
    assert.equal(error.effort?.attempts, 2);
  });

  it("may be answered in time by a later try", async () => {
    await using server = await serve((_, index) => (index === 0 ? "hang" : { body: featureBody() }));
    const client = clientOf(server.url, { requestTimeout: 200 });
    assert.equal((await client.get(features, featureSchema)).id, "feat_test_1");
  });

  it("names the server that cannot be reached, and why", async () => {
    const server = await serve(() => "hang");
    const { url } = server;
    await server.close();
    const error = await stripeRejection(clientOf(url, { retry: quickRetries(0) }).get(features, featureSchema));
    assert.equal(error.kind, "connection");
    assert.equal(error.status, undefined);
    assert(error.message.includes(url), error.message);
    assert.match(error.message, /ECONNREFUSED/);
  });
});
