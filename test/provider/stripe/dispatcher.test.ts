import assert from "node:assert/strict";
import { inspect } from "node:util";
import { startEmulator } from "../../../emulator/index";
import { apiPath } from "../../../provider/stripe/path";
import { withEnvironment } from "../../support/environment";
import { ProxyServer } from "../../support/proxy-server";
import { stripeRejection } from "../../support/rejection";
import { clientOf, quickRetries } from "../../support/stripe-client";
import { anyObject } from "../../support/stripe-objects";

const account = apiPath`/v1/account`;

// A reserved name that no resolver knows (RFC 2606), so it is reachable through a proxy only.
const unknownHost = "stripe.invalid";

/** Sets the proxy variables in both spellings, so that those of the machine have no effect. */
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

describe("createDispatcher", () => {
  it("uses HTTP_PROXY, which receives its own user and not the key", async () => {
    await using emulator = await startEmulator();
    await using proxy = await new ProxyServer(emulator.url).listen();
    using _ = proxies({ http: `http://user:secret@127.0.0.1:${proxy.port}` });
    const client = clientOf(`http://${unknownHost}`, { apiKey: emulator.apiKey });
    await client.post(apiPath`/v1/entitlements/features`, anyObject, { lookup_key: "sso", name: "Single sign-on" });
    assert.equal(emulator.sandbox.dashboard.features().length, 1);
    assert.deepEqual(proxy.targets, [`http://${unknownHost}/v1/entitlements/features`]);
    assert.deepEqual(proxy.authorizations, [`Basic ${Buffer.from("user:secret").toString("base64")}`]);
  });

  it("tunnels through HTTPS_PROXY, and keeps its password out of errors", async () => {
    await using proxy = await new ProxyServer().listen();
    using _ = proxies({ https: `http://user:proxy-password@127.0.0.1:${proxy.port}` });
    const client = clientOf(`https://${unknownHost}`, { retry: quickRetries(0) });
    const error = await stripeRejection(client.get(account, anyObject));
    assert.equal(error.kind, "connection");
    assert.match(error.message, /407/);
    assert.deepEqual(proxy.targets, [`${unknownHost}:443`]);
    assert.ok(!inspect(error, { depth: 10 }).includes("proxy-password"));
  });

  it("uses no proxy for the hosts of NO_PROXY", async () => {
    await using proxy = await new ProxyServer().listen();
    using _ = proxies({ http: `http://127.0.0.1:${proxy.port}`, no: unknownHost });
    const client = clientOf(`http://${unknownHost}`, { retry: quickRetries(0) });
    const error = await stripeRejection(client.get(account, anyObject));
    assert.equal(error.kind, "connection");
    assert.deepEqual(proxy.targets, []);
  });

  it("uses no proxy for loopback addresses", async () => {
    await using emulator = await startEmulator();
    await using proxy = await new ProxyServer().listen();
    using _ = proxies({ http: `http://127.0.0.1:${proxy.port}`, https: `http://127.0.0.1:${proxy.port}` });
    for (const host of ["127.0.0.1", "localhost"]) {
      const url = emulator.url.replace("127.0.0.1", host);
      await clientOf(url, { apiKey: emulator.apiKey }).get(account, anyObject);
    }
    assert.equal(emulator.requests.count(), 2);
    assert.deepEqual(proxy.targets, []);
  });
});
