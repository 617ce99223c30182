import assert from "node:assert/strict";
import { unknownValue } from "../../../provider/lifecycle/inputs";
import { findConfigurationIssue, readProviderSettings } from "../../../provider/plugin/configuration";
import { Contexts } from "../../../provider/plugin/contexts";
import { Provider } from "../../../provider/plugin/provider";
import { entitlementsRejection } from "../../support/rejection";

const defaultProvider = "urn:pulumi:dev::acme::pulumi:providers:stripe-entitlements::default_0_1_0";
const eu = "urn:pulumi:dev::acme::pulumi:providers:stripe-entitlements::eu";
const ofCommand = "urn:pulumi:dev::default::pulumi:providers:stripe-entitlements::";
const apiKey = "sk_test_made_up";

describe("The configuration of a provider", () => {
  it("takes numbers and booleans as languages send them: as values or as text", () => {
    for (const [maxRetries, archiveWhileAttached] of [
      [3, true],
      ["3", "true"],
    ]) {
      const settings = readProviderSettings({ apiKey, maxRetries, archiveWhileAttached }, eu);
      assert.equal(settings.maxRetries, 3);
      assert.equal(settings.archiveWhileAttached, "true");
    }
  });

  it("has no issue where all is right, and ignores what Pulumi adds", () => {
    const properties = { apiKey, version: "0.1.0", pluginDownloadURL: "https://example.com", __internal: {} };
    assert.equal(findConfigurationIssue(properties, eu), undefined);
  });

  it("names the provider whose setting is wrong, or the stack's configuration", () => {
    const wrong = { apiKey, mode: "sandbox" };
    assert.match(
      String(findConfigurationIssue(wrong, eu)),
      /the configuration value mode of the provider "eu" must be/,
    );
    for (const ofStack of [defaultProvider, ""]) {
      assert.match(String(findConfigurationIssue(wrong, ofStack)), /value stripe-entitlements:mode must be/);
    }
  });

  it("says where a missing API key belongs", () => {
    const before = process.env["STRIPE_API_KEY"];
    delete process.env["STRIPE_API_KEY"];
    try {
      assert.match(String(findConfigurationIssue({}, eu)), /as the apiKey of the provider "eu", or in STRIPE_API_KEY/);
      assert.match(String(findConfigurationIssue({}, defaultProvider)), /pulumi config set --secret/);
      assert.match(String(findConfigurationIssue({}, ofCommand)), /Set it with --provider-file, or in STRIPE_API_KEY/);
    } finally {
      if (before !== undefined) process.env["STRIPE_API_KEY"] = before;
    }
  });

  it("names a key that is no setting, and the nearest one, without its value", () => {
    const issue = String(findConfigurationIssue({ apiKey, acount: "acct_secret" }, eu));
    assert.match(issue, /^acount of the provider "eu" is not a setting.*account/);
    assert.doesNotMatch(issue, /acct_secret/);
    const ofStack = String(findConfigurationIssue({ apiKey, acount: "acct_secret" }, defaultProvider));
    assert.match(ofStack, /^stripe-entitlements:acount is not a setting/);
  });

  it("accepts values of the project's own in a project with the package's name", () => {
    const own = defaultProvider.replace("::acme::", "::stripe-entitlements::");
    assert.equal(findConfigurationIssue({ apiKey, plan: "team" }, own), undefined);
  });

  it("leaves values that are not known yet to the update", () => {
    assert.equal(findConfigurationIssue({ apiKey: unknownValue }, eu), undefined);
  });
});

describe("The hint of a failed lookup", () => {
  for (const [urn, setting] of [
    [eu, 'apiBase of the provider "eu"'],
    [defaultProvider, "stripe-entitlements:apiBase"],
  ] as const) {
    it(`names ${setting}`, async () => {
      const refusing = { apiKey, apiBase: "http://127.0.0.1:1", maxRetries: 0 };
      const contexts = new Contexts(refusing, urn, () => undefined);
      const provider = new Provider(contexts, () => undefined);
      const error = await entitlementsRejection(provider.invoke("stripe-entitlements:index:listFeatures", {}));
      assert.ok(error.hint?.includes(`the proxy variables and ${setting}.`), error.hint);
    });
  }
});
