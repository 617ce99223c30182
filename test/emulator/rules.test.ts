import assert from "node:assert/strict";
import { defaultChoices, rules } from "../../emulator";
import { readFacts } from "../rules-suite/facts";
import { tested } from "./support";
import "./active-entitlements.test";
import "./customer-sessions.test";
import "./features.test";
import "./keys.test";
import "./lists.test";
import "./metadata.test";
import "./parameters.test";
import "./product-features.test";
import "./products.test";
import "./requests.test";
import "./webhooks.test";

describe("rules", () => {
  it("has a test for every rule", () => {
    assert.deepEqual([...tested].sort(), Object.keys(rules).sort());
  });

  it("cites facts of docs/stripe-behavior.md and names choices that exist", () => {
    const facts = new Map(readFacts().map((fact) => [fact.number, fact]));
    for (const { rule, facts: cited, choice } of Object.values(rules)) {
      assert.ok(cited.length > 0, rule);
      for (const number of cited) assert.ok(facts.has(number), `${rule}: ${number}`);
      if (choice === undefined) continue;
      assert.ok(Object.hasOwn(defaultChoices, choice), `${rule}: ${choice}`);
    }
  });

  it("has every choice in docs/stripe-behavior.md", () => {
    const named = readFacts().flatMap(({ source }) => [...source.matchAll(/choice `(\w+)`/g)].map(([, name]) => name));
    assert.deepEqual([...new Set(named)].sort(), Object.keys(defaultChoices).sort());
  });
});
