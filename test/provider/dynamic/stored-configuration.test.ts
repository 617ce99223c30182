import assert from "node:assert/strict";
import { findConfigured, storeConfiguration } from "../../../provider/dynamic/stored-configuration";

describe("findConfigured", () => {
  it("returns values of the namespace from the configuration that was stored last", () => {
    const configOf = (values: Readonly<Record<string, string>>) => ({
      get: (key: string) => values[key],
      require: () => assert.fail("no value is required"),
    });
    storeConfiguration(configOf({ "stripe-entitlements:mode": "live" }));
    storeConfiguration(configOf({ "stripe-entitlements:mode": "test", apiKey: "another namespace" }));
    assert.equal(findConfigured("mode"), "test");
    assert.equal(findConfigured("apiKey"), undefined);
    storeConfiguration(configOf({}));
  });
});
