import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describeInFullRun, inFullRun } from "../support/full-run";
import { type Environment, severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

const apiKey = /\b[sr]k_(?:test|live)_\w+/;

describeInFullRun("A run without access to the stack's objects", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const program = (name: string) => `
const sso = new Feature("sso", { lookupKey: "sso", name: "${name}" });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
`;

  before(async () => {
    await stack().must(["config", "set", "stripe-entitlements:maxRetries", "0"]);
    await stack().up(program("Single sign-on"));
    await stack().program(`${program("Sign-on")}new Feature("api", { lookupKey: "api", name: "API access" });`);
  });

  /** Asserts that the command fails with these messages and changes neither state nor server. */
  async function assertFails(args: readonly string[], env: Environment, ...messages: readonly RegExp[]) {
    const state = await stack().objects();
    const features = stack().dashboard.features();
    const { exitCode, output } = await stack().run(args, env);
    assert.notEqual(exitCode, 0, output);
    for (const message of messages) assert.match(output, message);
    assert.doesNotMatch(output, apiKey);
    assert.doesNotMatch(output, /\n\s+at .+:\d+:\d+/, "the output contains a stack trace");
    assert.deepEqual(await stack().objects(), state);
    assert.deepEqual(stack().dashboard.features(), features);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  }

  const up = ["up", "--skip-preview"];
  const refresh = ["refresh", "--skip-preview"];
  const destroy = ["destroy", "--skip-preview"];

  it("names the setting of a missing API key, also in a preview", async () => {
    const noKey = { STRIPE_API_KEY: undefined };
    await assertFails(["preview"], noKey, /apiKey is missing/, /pulumi config set --secret stripe-entitlements:apiKey/);
    await assertFails(destroy, noKey, /apiKey is missing/, /STRIPE_API_KEY/);
    for (const args of inFullRun(refresh)) await assertFails(args, noKey, /apiKey is missing/, /STRIPE_API_KEY/);
  });

  it("names the variable that holds a publishable key, also in a preview", async () => {
    const env = { STRIPE_API_KEY: stack().emulator.sandbox.publishableKey };
    await assertFails(["preview"], env, /variable STRIPE_API_KEY is a publishable key/, /secret or restricted key/);
  });

  it("reports the request id when Stripe rejects the API key", async () => {
    const env = { STRIPE_API_KEY: "sk_test_madeup0123456789" };
    await assertFails(
      up,
      env,
      /Feature "(?:sso|api)"/,
      /Stripe rejected the API key/,
      /request id: req_\w+/,
      /Set a valid key/,
    );
    for (const args of inFullRun(refresh)) await assertFails(args, env, /Stripe rejected the API key/);
  });

  it("names the permission that a restricted key lacks", async () => {
    const { sandbox } = stack().emulator;
    const readOnly = sandbox.restrictedKey({ account: "read", entitlements: "read", products: "read" });
    await assertFails(up, { STRIPE_API_KEY: readOnly }, /lacks a permission/, /Enabling "Entitlements Write"/);
    const accountOnly = { STRIPE_API_KEY: sandbox.restrictedKey({ account: "read" }) };
    for (const args of inFullRun(refresh)) {
      await assertFails(args, accountOnly, /lacks a permission/, /Enabling "Products Read"/);
    }
  });

  it("names both modes when the API key belongs to the other mode", async () => {
    const env = { STRIPE_API_KEY: stack().emulator.live.apiKey };
    await assertFails(refresh, env, /key belongs to live mode, but the stack's state says test mode/);
    await assertFails(destroy, env, /key belongs to live mode/);
  });

  it("names both accounts when the API key belongs to another account", async () => {
    const other = stack().emulator.environment({ account: "acct_other", livemode: false });
    const env = { STRIPE_API_KEY: other.apiKey };
    await assertFails(refresh, env, /key belongs to account acct_other/, new RegExp(stack().emulator.sandbox.account));
    await assertFails(destroy, env, /key belongs to account acct_other/);
  });

  it("names the address of a server that cannot be reached", async () => {
    const closed = await withServer("", async (url) => url);
    const messages = [/cannot be reached/, new RegExp(closed), /apiBase\. The request was not sent\./];
    await assertFails(up, { STRIPE_API_BASE: closed }, ...messages);
  });

  it("reports an answer that does not come from Stripe's API", async () => {
    for (const [answer, reason] of [
      ["<html>It works!</html>", /is not JSON/] as const,
      ...inFullRun([`{"status":"ok"}`, /is not of Stripe's shape/] as const),
    ]) {
      await withServer(answer, async (url) => {
        await assertFails(
          up,
          { STRIPE_API_BASE: url },
          /the answer does not come from Stripe's API/,
          reason,
          /another server answers there/,
        );
      });
    }
    await withServer("<html>It works!</html>", async (url) => {
      await assertFails(refresh, { STRIPE_API_BASE: url }, /the answer does not come from Stripe's API/);
    });
  });

  it("names the variable of a plain http:// address of another host, also in a preview", async () => {
    const env = { STRIPE_API_BASE: "http://stripe.example" };
    await assertFails(["preview"], env, /variable STRIPE_API_BASE must be only a scheme and a host/);
  });

  it("leaves a stack that the next `up` with the right settings completes", async () => {
    await stack().up();
    const active = stack().dashboard.features({ archived: false });
    assert.deepEqual(active.map(({ name }) => name).sort(), ["API access", "Sign-on"]);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });
});

/** Runs `use` with the URL of a server that gives the same answer to every request. */
async function withServer<T>(answer: string, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((_request, response) => response.end(answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
