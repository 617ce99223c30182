import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../emulator";
import { runCli, type Surroundings } from "../run-cli";

describe("The API key of a command", () => {
  let emulator: Emulator;

  before(async () => {
    emulator = await startEmulator({ accounts: [{}, { apiKeys: { live: "sk_org_made_up" } }] });
  });

  beforeEach(() => emulator.requests.clear());

  after(() => emulator.close());

  async function failure(env: Surroundings["env"], args: readonly string[] = [], more: Surroundings = {}) {
    const given = { ...more, env: { STRIPE_API_BASE: emulator.url, ...env } };
    const { code, stdout, stderr } = await runCli(["init", "--check", ...args], given);
    assert.deepEqual([code, stdout], [1, ""]);
    return stderr;
  }

  it("is missing: the error says how to give one, and no request is sent", async () => {
    assert.equal(
      await failure({}),
      "stripe-entitlements: there is no API key\n" +
        "Set the variable STRIPE_API_KEY, or pipe the key to the command and add --api-key-stdin.\n",
    );
    assert.match(await failure({}, ["--api-key-stdin"]), /standard input is empty/);
    assert.match(await failure({}, ["--api-key-stdin"], { isTerminal: true }), /reads no key from a terminal/);
    assert.deepEqual(emulator.requests.entries, []);
  });

  it("is publishable or broken: the error names where it comes from, and not the key", async () => {
    const { publishableKey } = emulator.sandbox;
    const shown = [
      await failure({ STRIPE_API_KEY: publishableKey }),
      await failure({}, ["--api-key-stdin"], { stdin: `${publishableKey}\n` }),
      await failure({ STRIPE_API_KEY: "sk_test_a b" }),
    ];
    assert.match(shown[0] ?? "", /the environment variable STRIPE_API_KEY is a publishable key/);
    assert.match(shown[1] ?? "", /the key on standard input is a publishable key/);
    assert.match(shown[2] ?? "", /contains a space/);
    for (const text of shown) assert.doesNotMatch(text, /pk_test|sk_test/);
    assert.deepEqual(emulator.requests.entries, []);
  });

  it("is wrong: Stripe's words and the way out, and not the key", async () => {
    const text = await failure({ STRIPE_API_KEY: "sk_test_unknown_key" });
    assert.match(text, /Stripe rejected the API key: Invalid API Key provided/);
    assert.match(text, /\nSet STRIPE_API_KEY to a valid secret or restricted key/);
    assert.doesNotMatch(text, /unknown_key/);
  });

  it("is of live mode: needs --live, also where only an object tells the mode", async () => {
    assert.match(await failure({ STRIPE_API_KEY: emulator.live.apiKey }), /is of live mode\n.*add --live/);
    assert.deepEqual(emulator.requests.entries, []);
    assert.match(await failure({ STRIPE_API_KEY: "sk_org_made_up" }), /is of live mode\n.*add --live/);
  });

  it("lacks a permission: the error names the permission", async () => {
    const key = emulator.sandbox.restrictedKey({ entitlements: "read" });
    const text = await failure({ STRIPE_API_KEY: key });
    assert.match(text, /Products: the API key lacks a permission/);
    assert.match(text, /read access to Entitlements and Products/);
  });

  it("belongs to another account or mode than the environment allows", async () => {
    const STRIPE_API_KEY = emulator.apiKey;
    assert.match(
      await failure({ STRIPE_API_KEY, STRIPE_ENTITLEMENTS_ACCOUNT: "acct_other" }),
      /belongs to account acct_\w+, but the configuration says account acct_other/,
    );
    assert.match(await failure({ STRIPE_API_KEY, STRIPE_ENTITLEMENTS_MODE: "live" }), /says live mode/);
  });
});
