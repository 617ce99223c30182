import assert from "node:assert/strict";
import { modeOfKey, readSettings } from "../../../provider/config/settings";
import { isEntitlementsError } from "../../../provider/lifecycle/errors";
import { withEnvironment } from "../../support/environment";
import { testKey } from "../../support/stripe-client";

const variables = [
  "STRIPE_API_KEY",
  "STRIPE_API_BASE",
  "STRIPE_ACCOUNT",
  "STRIPE_CONTEXT",
  "STRIPE_ENTITLEMENTS_ACCOUNT",
  "STRIPE_ENTITLEMENTS_MODE",
  "STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED",
];
const unset = Object.fromEntries(variables.map((name) => [name, undefined]));

type Texts = Readonly<Record<string, string>>;

/** Returns the settings that have a value. Of the environment they see only these variables. */
function settingsOf(values: Texts, environment: Texts = {}): Readonly<Record<string, unknown>> {
  using _ = withEnvironment({ ...unset, ...environment });
  const settings = readSettings((key) => values[key]);
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** Returns the message of the error that the settings are rejected with. */
function messageFor(values: Texts, environment: Texts = {}): string {
  try {
    settingsOf(values, environment);
  } catch (error) {
    assert.ok(isEntitlementsError(error));
    assert.equal(error.kind, "configuration");
    return error.message;
  }
  return assert.fail("the settings were accepted");
}

describe("readSettings", () => {
  it("reads the stack's configuration", () => {
    const { apiKey, maxRequestsPerSecond, maxRetries, requestTimeout, ...rest } = settingsOf({
      apiKey: testKey,
      apiBase: "http://127.0.0.1:4242",
      account: "acct_1",
      mode: "test",
      stripeAccount: "acct_2",
      stripeContext: "acct_3/acct_4",
      maxRequestsPerSecond: "12.5",
      maxRetries: "0",
      requestTimeout: "0.5",
      ownership: "none",
    });
    assert.deepEqual([apiKey, maxRequestsPerSecond, maxRetries, requestTimeout], [testKey, 12.5, 0, 0.5]);
    assert.deepEqual(rest, {
      apiBase: "http://127.0.0.1:4242",
      account: "acct_1",
      mode: "test",
      stripeAccount: "acct_2",
      stripeContext: "acct_3/acct_4",
      ownership: "none",
    });
  });

  const environment = {
    STRIPE_API_KEY: testKey,
    STRIPE_API_BASE: "https://stripe.example",
    STRIPE_ENTITLEMENTS_ACCOUNT: "acct_1",
    STRIPE_ENTITLEMENTS_MODE: "live",
    STRIPE_ACCOUNT: "acct_2",
    STRIPE_CONTEXT: "acct_3",
  };
  const fromEnvironment = {
    apiKey: testKey,
    apiBase: "https://stripe.example",
    account: "acct_1",
    mode: "live",
    stripeAccount: "acct_2",
    stripeContext: "acct_3",
  };

  it("reads the environment where the configuration has no value", () => {
    assert.deepEqual(settingsOf({}, environment), fromEnvironment);
  });

  it("prefers the configuration where both have a value", () => {
    const values = { mode: "test", account: "acct_9" };
    assert.deepEqual(settingsOf(values, environment), { ...fromEnvironment, ...values });
  });

  it("treats an empty variable as missing", () => {
    assert.deepEqual(settingsOf({ apiKey: testKey }, { STRIPE_ACCOUNT: "", STRIPE_ENTITLEMENTS_MODE: "" }), {
      apiKey: testKey,
    });
    assert.match(messageFor({}, { STRIPE_API_KEY: "" }), /apiKey is missing/);
  });

  it("requires only a key", () => {
    assert.deepEqual(settingsOf({ apiKey: testKey }), { apiKey: testKey });
  });
});

describe("The setting apiKey", () => {
  it("is required, and the error names both of its names", () => {
    const message = messageFor({});
    assert.match(message, /^Configuration: stripe-entitlements:apiKey is missing\./);
    assert.match(message, /pulumi config set --secret stripe-entitlements:apiKey.*STRIPE_API_KEY/);
  });

  it("is rejected as empty when the configuration sets it to an empty text", () => {
    const message = messageFor({ apiKey: "" }, { STRIPE_API_KEY: testKey });
    assert.match(message, /^Configuration: the configuration value stripe-entitlements:apiKey is empty/);
    assert.ok(!message.includes(";"), message);
  });

  for (const key of ["sk_live_madeUp1", "rk_test_madeUp1", "sk_org_madeUp1", "some-day-another-shape"]) {
    it(`accepts a key that starts with ${key.slice(0, 8)}`, () =>
      assert.equal(settingsOf({ apiKey: key })["apiKey"], key));
  }

  for (const [where, values, environment] of [
    ["the configuration value stripe-entitlements:apiKey", { apiKey: "pk_test_madeUp1" }, {}],
    ["the environment variable STRIPE_API_KEY", {}, { STRIPE_API_KEY: "pk_test_madeUp1" }],
  ] as const) {
    it(`rejects a publishable key, and names ${where}`, () => {
      const message = messageFor(values, environment);
      assert.ok(message.startsWith(`Configuration: ${where} is a publishable key`), message);
      assert.ok(!message.includes("madeUp1"), message);
    });
  }

  for (const [name, key] of [
    ["a line break", `${testKey}\n`],
    ["a space", ` ${testKey}`],
    ["a typographic quote", `“${testKey}”`],
    ["a control character", `${testKey}\u0000`],
  ] as const) {
    it(`rejects a key with ${name}, and does not show it`, () => {
      const message = messageFor({ apiKey: key });
      assert.match(message, /Paste it again/);
      assert.ok(!message.includes("madeUp"), message);
    });
  }
});

describe("The setting apiBase", () => {
  for (const base of [
    "https://api.stripe.com",
    "https://api.stripe.com/",
    "https://proxy.example:8443",
    "http://127.0.0.1:4242",
    "http://127.9.9.9",
    "http://localhost:1",
    "http://[::1]:4242",
  ]) {
    it(`accepts ${base}`, () => assert.equal(settingsOf({ apiKey: testKey, apiBase: base })["apiBase"], base));
  }

  for (const base of [
    "http://api.stripe.com",
    "http://10.0.0.1",
    "http://127.0.0.1.example",
    "http://localhost.example",
    "http://128.0.0.1",
    "http://0.0.0.0:4242",
    "http://localhost@evil.example",
    "https://user:secret@api.stripe.com",
    "https://:secret@api.stripe.com",
    "https://api.stripe.com/v1",
    "https://api.stripe.com?x",
    "https://api.stripe.com#x",
    "ftp://127.0.0.1",
    "api.stripe.com",
    "localhost:4242",
    "not an address",
    "",
  ]) {
    it(`rejects ${JSON.stringify(base)}`, () => {
      const message = messageFor({ apiKey: testKey, apiBase: base });
      assert.match(message, /^Configuration: the configuration value stripe-entitlements:apiBase must be only a scheme and a host/);
      assert.ok(!message.includes("secret"), message);
    });
  }
});

describe("An invalid setting", () => {
  const invalid: readonly [string, string, RegExp][] = [
    ["account", "prod_1", /must be an account id/],
    ["stripeAccount", "1", /must be an account id/],
    ["stripeAccount", "acct_1\nX-Injected: 1", /must be an account id/],
    ["stripeContext", "acct_1\r\nX-Injected: 1", /contains/],
    ["stripeContext", "", /contains/],
    ["mode", "Test", /must be test or live/],
    ["ownership", "true", /must be metadata or none/],
    ["adopt", "mine", /must be one of owned, unowned, any, never/],
    ["archiveWhileAttached", "yes", /must be true or false/],
    ["maxRetries", "-1", /at least 0/],
    ["maxRetries", "1.5", /whole number/],
    ["maxRetries", "many", /must be a number/],
    ["maxRetries", "", /must be a number/],
    ["requestTimeout", " ", /must be a number/],
    ["maxRetries", "101", /at most 100/],
    ["maxRequestsPerSecond", "0", /at least 1/],
    ["maxRequestsPerSecond", "", /must be a number|at least 1/],
    ["requestTimeout", "0", /at least 0\.1/],
    ["requestTimeout", "601", /at most 600/],
    ["requestTimeout", "NaN", /must be a number/],
    ["requestTimeout", "Infinity", /must be a number|at most/],
  ];
  for (const [setting, value, reason] of invalid) {
    it(`is rejected and named: ${setting} = ${JSON.stringify(value)}`, () => {
      const message = messageFor({ apiKey: testKey, [setting]: value });
      assert.ok(message.startsWith(`Configuration: the configuration value stripe-entitlements:${setting} `), message);
      assert.match(message, reason);
    });
  }

  it("is reported together with the others", () => {
    const message = messageFor({ mode: "Test", maxRetries: "x" });
    for (const setting of ["apiKey", "mode", "maxRetries"]) assert.ok(message.includes(setting), message);
  });
});

describe("modeOfKey", () => {
  for (const [key, mode] of [
    ["sk_test_1", "test"],
    ["rk_test_1", "test"],
    ["sk_live_1", "live"],
    ["rk_live_1", "live"],
    ["sk_org_live_1", undefined],
    ["xsk_test_1", undefined],
    ["sk_testing", undefined],
    ["", undefined],
  ] as const) {
    it(`returns ${mode} for ${JSON.stringify(key)}`, () => assert.equal(modeOfKey(key), mode));
  }
});
