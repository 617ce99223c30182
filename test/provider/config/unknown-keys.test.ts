import assert from "node:assert/strict";
import { findUnknownKeys } from "../../../provider/config/unknown-keys";

const find = (keys: readonly string[], project = "shop") => findUnknownKeys({ keys, project });

describe("findUnknownKeys", () => {
  it("names each key that is not a setting, with the nearest one", () => {
    assert.equal(
      find(["stripe-entitlements:acount", "stripe-entitlements:api_key", "stripe-entitlements:telemetry"]),
      'stripe-entitlements:acount is not a setting (did you mean "account"?); ' +
        'stripe-entitlements:api_key is not a setting (did you mean "apiKey"?); ' +
        "stripe-entitlements:telemetry is not a setting",
    );
  });

  it("does not show an API key that is given as a key of the configuration", () => {
    assert.equal(find(["stripe-entitlements:sk_test_madeUp1"]), "stripe-entitlements:[REDACTED] is not a setting");
  });

  it("distinguishes upper and lower case, because Pulumi does", () => {
    assert.match(find(["stripe-entitlements:apikey"]) ?? "", /did you mean "apiKey"/);
  });

  it("accepts the settings and the keys of other namespaces", () => {
    const settings = ["apiKey", "account", "mode", "ownership", "maxRetries"].map(
      (key) => `stripe-entitlements:${key}`,
    );
    assert.equal(find([...settings, "shop:acount", "stripe:acount", "acount", "stripe-entitlements-2:x"]), undefined);
    // A name on the prototype of objects is no setting.
    assert.notEqual(find(["stripe-entitlements:constructor"]), undefined);
  });

  it("accepts all keys of a project that has the name of the namespace", () => {
    assert.equal(find(["stripe-entitlements:acount"], "stripe-entitlements"), undefined);
  });
});
