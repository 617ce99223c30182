import assert from "node:assert/strict";
import { inspect } from "node:util";
import { startEmulator } from "../../../emulator/index";
import { StripeApi } from "../../../provider/stripe/api";
import { withEnvironment } from "../../support/environment";
import { ProxyServer } from "../../support/proxy-server";
import { stripeRejection } from "../../support/rejection";
import { clientOf, quickRetries } from "../../support/stripe-client";

// Reserved: no resolver knows it, so only a proxy leads anywhere.
const elsewhere = "stripe.invalid";

/** The proxy variables in both spellings, so that those of the machine have no say. */
function proxies(variables: { readonly http?: string; readonly https?: string; readonly no?: string }): Disposable {
  const { http, https, no } = variables;
  return withEnvironment({
    http_proxy: http,
    HTTP_PROXY: http,
    https_proxy: https,
    HTTPS_PROXY: https,
    no_proxy: no,
    NO_PROXY: no,
  });
}

describe("The proxy variables", () => {
  it("lead requests through the proxy, which is told its user and nothing of the key", async () => {
    await using emulator = await startEmulator();
    await using proxy = await new ProxyServer(emulator.url).listen();
    using _ = proxies({ http: `http://user:secret@127.0.0.1:${proxy.port}` });
    const stripe = new StripeApi(clientOf(`http://${elsewhere}`, { apiKey: emulator.apiKey }));
    await stripe.createFeature({ lookupKey: "sso", name: "Single sign-on", metadata: {} });
    assert.equal(emulator.sandbox.dashboard.features().length, 1);
    assert.deepEqual(proxy.asked, [`http://${elsewhere}/v1/entitlements/features`]);
    assert.deepEqual(proxy.authorizations, [`Basic ${Buffer.from("user:secret").toString("base64")}`]);
  });

  it("lead https requests through a tunnel, and a refusal of the proxy shows no password", async () => {
    await using proxy = await new ProxyServer().listen();
    using _ = proxies({ https: `http://user:proxy-password@127.0.0.1:${proxy.port}` });
    const client = clientOf(`https://${elsewhere}`, { retry: quickRetries(0) });
    const error = await stripeRejection(new StripeApi(client).account());
    assert.equal(error.kind, "connection");
    assert.match(error.message, /407/);
    assert.deepEqual(proxy.asked, [`${elsewhere}:443`]);
    assert(!inspect(error, { depth: 10 }).includes("proxy-password"));
  });

  it("are not for hosts that NO_PROXY names", async () => {
    await using proxy = await new ProxyServer().listen();
    using _ = proxies({ http: `http://127.0.0.1:${proxy.port}`, no: elsewhere });
    const client = clientOf(`http://${elsewhere}`, { retry: quickRetries(0) });
    const error = await stripeRejection(new StripeApi(client).account());
    assert.equal(error.kind, "connection");
    assert.deepEqual(proxy.asked, []);
  });

  it("are not for loopback addresses", async () => {
    await using emulator = await startEmulator();
    await using proxy = await new ProxyServer().listen();
    using _ = proxies({ http: `http://127.0.0.1:${proxy.port}`, https: `http://127.0.0.1:${proxy.port}` });
    for (const host of ["127.0.0.1", "localhost"]) {
      const url = emulator.url.replace("127.0.0.1", host);
      await new StripeApi(clientOf(url, { apiKey: emulator.apiKey })).account();
    }
    assert.equal(emulator.requests.count(), 2);
    assert.deepEqual(proxy.asked, []);
  });
});
