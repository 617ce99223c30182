import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Environment, severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

const keyText = /\b[sr]k_(?:test|live)_\w+/;

describe("a run that cannot work with Stripe", function () {
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

  /** Runs the command, and sees that it says why it fails and has changed nothing: here or there. */
  async function assertRefused(args: readonly string[], env: Environment, ...said: readonly RegExp[]) {
    const state = await stack().objects();
    const features = stack().dashboard.features();
    const { exitCode, output } = await stack().run(args, env);
    assert.notEqual(exitCode, 0, output);
    for (const words of said) assert.match(output, words);
    assert.doesNotMatch(output, keyText);
    assert.doesNotMatch(output, /\n\s+at .+:\d+:\d+/, "a stack trace is no message");
    assert.deepEqual(await stack().objects(), state);
    assert.deepEqual(stack().dashboard.features(), features);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  }

  const up = ["up", "--skip-preview"];
  const refresh = ["refresh", "--skip-preview"];
  const destroy = ["destroy", "--skip-preview"];

  it("for want of a key says where to put one, at preview already", async () => {
    const noKey = { STRIPE_API_KEY: undefined };
    await assertRefused(
      ["preview"],
      noKey,
      /apiKey is missing/,
      /pulumi config set --secret stripe-entitlements:apiKey/,
    );
    await assertRefused(refresh, noKey, /apiKey is missing/, /STRIPE_API_KEY/);
    await assertRefused(destroy, noKey, /apiKey is missing/);
  });

  it("for a publishable key names the variable that holds it, at preview already", async () => {
    const env = { STRIPE_API_KEY: stack().emulator.sandbox.publishableKey };
    await assertRefused(["preview"], env, /variable STRIPE_API_KEY is a publishable key/, /secret or restricted key/);
  });

  it("for a key that Stripe refuses says so with the request's id", async () => {
    const env = { STRIPE_API_KEY: "sk_test_madeup0123456789" };
    await assertRefused(
      up,
      env,
      /Feature "(?:sso|api)"/,
      /Stripe rejected the API key/,
      /request id: req_\w+/,
      /Set a valid key/,
    );
    await assertRefused(refresh, env, /Stripe rejected the API key/);
  });

  it("for a restricted key passes on the permission that it lacks", async () => {
    const { sandbox } = stack().emulator;
    const readOnly = sandbox.restrictedKey({ account: "read", entitlements: "read", products: "read" });
    await assertRefused(up, { STRIPE_API_KEY: readOnly }, /lacks a permission/, /Enabling "Entitlements Write"/);
    const blind = sandbox.restrictedKey({ account: "read" });
    await assertRefused(refresh, { STRIPE_API_KEY: blind }, /lacks a permission/, /Enabling "Products Read"/);
  });

  it("for a key of the other mode says which mode the stack is of", async () => {
    const env = { STRIPE_API_KEY: stack().emulator.live.apiKey };
    await assertRefused(refresh, env, /key belongs to live mode, but the stack's state says test mode/);
    await assertRefused(destroy, env, /key belongs to live mode/);
  });

  it("for a key of another account says which account the stack is of", async () => {
    const other = stack().emulator.environment({ account: "acct_other", livemode: false });
    const env = { STRIPE_API_KEY: other.apiKey };
    await assertRefused(
      refresh,
      env,
      /key belongs to account acct_other/,
      new RegExp(stack().emulator.sandbox.account),
    );
    await assertRefused(destroy, env, /key belongs to account acct_other/);
  });

  it("for a server that is not there names it", async () => {
    const closed = await withServer("", async (url) => url);
    await assertRefused(up, { STRIPE_API_BASE: closed }, /cannot be reached/, new RegExp(closed), /apiBase/);
  });

  it("for an answer that is not JSON, or not Stripe's, says that something else answers", async () => {
    const answers = [
      ["<html>It works!</html>", /is not JSON/],
      [`{"status":"ok"}`, /is not of Stripe's shape/],
    ] as const;
    for (const [answer, what] of answers) {
      await withServer(answer, async (url) => {
        await assertRefused(
          up,
          { STRIPE_API_BASE: url },
          /the answer does not come from Stripe's API/,
          what,
          /another server answers there/,
        );
      });
    }
    await withServer("<html>It works!</html>", async (url) => {
      await assertRefused(refresh, { STRIPE_API_BASE: url }, /the answer does not come from Stripe's API/);
    });
  });

  it("for an address that is none, or plain http to the outside, names the variable, at preview already", async () => {
    const env = { STRIPE_API_BASE: "http://stripe.example" };
    await assertRefused(["preview"], env, /variable STRIPE_API_BASE must be an https:/);
  });

  it("leaves a stack that goes on once the trouble is over", async () => {
    await stack().up();
    const active = stack().dashboard.features({ archived: false });
    assert.deepEqual(active.map(({ name }) => name).sort(), ["API access", "Sign-on"]);
    await stack().mustBeInLine();
  });
});

/** Runs `use` with a server that gives one answer to everything. */
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
