import assert from "node:assert/strict";
import { defaultChoices, rules } from "../../emulator";
import { tested } from "./support";
import "./active-entitlements.test";
import "./features.test";
import "./keys.test";
import "./lists.test";
import "./metadata.test";
import "./parameters.test";
import "./product-features.test";
import "./products.test";
import "./requests.test";

describe("emulator: the list of rules", () => {
  it("has a test for every rule", () => {
    assert.deepEqual([...tested].sort(), Object.keys(rules).sort());
  });

  it("names a source for every rule, and only choices that exist", () => {
    for (const { rule, source } of Object.values(rules)) {
      assert.match(source, /^(docs|spec|sdk|field|inferred|choice)\b/, rule);
      const choice = /choice: (\w+)/.exec(source)?.[1];
      if (choice !== undefined) assert.ok(Object.hasOwn(defaultChoices, choice), `${rule}: ${choice}`);
    }
  });
});
