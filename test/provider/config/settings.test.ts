import assert from "node:assert/strict";
import { modeOfKey, readSettings } from "../../../provider/config/settings";
import { type EntitlementsError, isEntitlementsError } from "../../../provider/lifecycle/errors";
import { withStack } from "../../support/stack-config";
import { testKey } from "../../support/stripe-client";

/** What is wrong with a stack's configuration, in the user's words. */
function problemOf(values: Readonly<Record<string, string>>, environment = {}): EntitlementsError {
  using _ = withStack(values, environment);
  try {
    readSettings();
  } catch (error) {
    assert(isEntitlementsError(error));
    return error;
  }
  return assert.fail("was to be refused");
}

function settingsOf(values: Readonly<Record<string, string>>, environment = {}) {
  using _ = withStack(values, environment);
  return Object.fromEntries(Object.entries(readSettings()).filter(([, value]) => value !== undefined));
}

describe("The settings", () => {
  it("come from the stack's configuration", () => {
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

  it("come from the environment where the configuration says nothing", () => {
    assert.deepEqual(settingsOf({}, environment), fromEnvironment);
  });

  it("come from the configuration where both say something", () => {
    const values = { mode: "test", account: "acct_9" };
    assert.deepEqual(settingsOf(values, environment), { ...fromEnvironment, ...values });
  });

  it("take an empty variable for none", () => {
    assert.deepEqual(settingsOf({ apiKey: testKey }, { STRIPE_ACCOUNT: "", STRIPE_ENTITLEMENTS_MODE: "" }), {
      apiKey: testKey,
    });
    assert.match(problemOf({}, { STRIPE_API_KEY: "" }).message, /apiKey is missing/);
  });

  it("need nothing but a key", () => {
    assert.deepEqual(settingsOf({ apiKey: testKey }), { apiKey: testKey });
  });
});

describe("An API key", () => {
  it("that is missing is asked for by both of its names", () => {
    const { message } = problemOf({});
    assert.match(message, /^Configuration: stripe-entitlements:apiKey is missing\./);
    assert.match(message, /pulumi config set --secret stripe-entitlements:apiKey.*STRIPE_API_KEY/);
  });

  it("that is set to nothing is said to be empty", () => {
    const { message } = problemOf({ apiKey: "" }, { STRIPE_API_KEY: testKey });
    assert.match(message, /^Configuration: the configuration value stripe-entitlements:apiKey is empty/);
    assert(!message.includes(";"), message);
  });

  for (const key of ["sk_live_madeUp1", "rk_test_madeUp1", "sk_org_madeUp1", "some-day-another-shape"]) {
    it(`may begin with ${key.slice(0, 8)}`, () => assert.equal(settingsOf({ apiKey: key })["apiKey"], key));
  }

  for (const [where, values, environment] of [
    ["the configuration value stripe-entitlements:apiKey", { apiKey: "pk_test_madeUp1" }, {}],
    ["the environment variable STRIPE_API_KEY", {}, { STRIPE_API_KEY: "pk_test_madeUp1" }],
  ] as const) {
    it(`that is publishable is refused, naming ${where} and not the key`, () => {
      const { message } = problemOf(values, environment);
      assert(message.startsWith(`Configuration: ${where} is a publishable key`), message);
      assert(!message.includes("madeUp1"), message);
    });
  }

  for (const [name, key] of [
    ["a line break", `${testKey}\n`],
    ["a space", ` ${testKey}`],
    ["a quote of a text editor", `“${testKey}”`],
    ["a control character", `${testKey}\u0000`],
  ] as const) {
    it(`with ${name} is refused, and not shown`, () => {
      const { message } = problemOf({ apiKey: key });
      assert.match(message, /paste it again/);
      assert(!message.includes("madeUp"), message);
    });
  }
});

describe("The address of the API", () => {
  for (const base of [
    "https://api.stripe.com",
    "https://api.stripe.com/",
    "https://proxy.example:8443",
    "http://127.0.0.1:4242",
    "http://127.9.9.9",
    "http://localhost:1",
    "http://[::1]:4242",
  ]) {
    it(`may be ${base}`, () => assert.equal(settingsOf({ apiKey: testKey, apiBase: base })["apiBase"], base));
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
    it(`may not be ${JSON.stringify(base)}`, () => {
      const { message } = problemOf({ apiKey: testKey, apiBase: base });
      assert.match(message, /^Configuration: the configuration value stripe-entitlements:apiBase must be an https/);
      assert(!message.includes("secret"), message);
    });
  }
});

describe("A setting that is wrong", () => {
  const wrong: readonly [string, string, RegExp][] = [
    ["account", "prod_1", /must be an account id/],
    ["stripeAccount", "1", /must be an account id/],
    ["stripeAccount", "acct_1\nX-Injected: 1", /must be an account id/],
    ["stripeContext", "acct_1\r\nX-Injected: 1", /contains/],
    ["stripeContext", "", /contains/],
    ["mode", "Test", /must be test or live/],
    ["ownership", "true", /must be metadata or none/],
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
  for (const [setting, value, reason] of wrong) {
    it(`is refused and named: ${setting} = ${JSON.stringify(value)}`, () => {
      const { message } = problemOf({ apiKey: testKey, [setting]: value });
      assert(message.startsWith(`Configuration: the configuration value stripe-entitlements:${setting} `), message);
      assert.match(message, reason);
    });
  }

  it("does not hide another one", () => {
    const { message } = problemOf({ mode: "Test", maxRetries: "x" });
    for (const setting of ["apiKey", "mode", "maxRetries"]) assert(message.includes(setting), message);
  });
});

describe("The mode of a key", () => {
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
    it(`of ${JSON.stringify(key)} is ${mode ?? "not told by it"}`, () => assert.equal(modeOfKey(key), mode));
  }
});
