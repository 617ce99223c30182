import assert from "node:assert/strict";
import { type CustomResourceOptions, log } from "@pulumi/pulumi";
import { Feature, ProductFeature } from "../../../provider/index";
import { lastRegistered, run } from "../../support/mocked-program";

/** Runs a program with one resource of each type. Returns its warnings. */
async function warningsWith(options: CustomResourceOptions): Promise<readonly string[]> {
  const { warn } = log;
  const warnings: string[] = [];
  Object.assign(log, { warn: async (text: string) => void warnings.push(text) });
  try {
    await run(() => {
      const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" }, options);
      return new ProductFeature("team-sso", { product: "prod_1", entitlementFeature: sso.id }, options);
    });
  } finally {
    Object.assign(log, { warn });
  }
  assert.equal(lastRegistered().filter(({ type }) => type.includes("stripe-entitlements")).length, 2);
  return warnings;
}

describe("The option replaceOnChanges", () => {
  it("is reported for each resource, because the engine ignores it", async () => {
    const warnings = await warningsWith({ replaceOnChanges: ["name", "adopt"] });
    assert.equal(warnings.length, 2);
    for (const warning of warnings) assert.match(warning, /`replaceOnChanges` has no effect.* Remove it/);
  });

  it("is not reported where it is absent or empty", async () => {
    assert.deepEqual(await warningsWith({}), []);
    assert.deepEqual(await warningsWith({ replaceOnChanges: [] }), []);
  });
});
