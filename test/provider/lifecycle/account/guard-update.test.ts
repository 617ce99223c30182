import assert from "node:assert/strict";
import type { ProviderContext } from "../../../../provider/lifecycle/context";
import type { FeatureState } from "../../../../provider/lifecycle/feature/state";
import type { ProductFeatureState } from "../../../../provider/lifecycle/product-feature/state";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestEnvironment } from "../../../support/test-environment";
import { accounts, otherKey } from "../../../support/two-accounts";
import { createMarkedFeature } from "../product-feature/attachment";
import { kept, refresh, teamSsoOf, upFeature, upPair } from "../product-feature/two-stacks";
import { everything } from "./calls";

const stack = "shop/dev";

/**
 * Creates a feature and its attachment by hand, and reads once what `pulumi import` writes into the
 * state. Returns the `up` of each.
 */
async function importAndRefresh(env: TestEnvironment) {
  const pair = createMarkedFeature(env, undefined);
  const attached = env.dashboard.attach(pair.product, pair.entitlementFeature);
  const imported = {
    sso: { id: pair.entitlementFeature, outs: {} as FeatureState },
    teamSso: { id: attached.id, outs: { ...pair } as ProductFeatureState },
  };
  const rows = await refresh(env.createContext(), imported);
  const [sso, teamSso] = [kept(rows.sso), kept(rows.teamSso)];
  env.emulator.requests.clear();
  return {
    Feature: (context: ProviderContext) =>
      upFeature(context, sso, { lookupKey: "api", name: "API", owner: `${stack}/sso` }),
    ProductFeature: async (context: ProviderContext) => (await upPair(context, teamSso, teamSsoOf(stack, pair))).row,
  };
}

describe("AccountGuard.checkForUpdate", () => {
  for (const resource of ["Feature", "ProductFeature"] as const) {
    it(`rejects a key that does not find an imported and refreshed ${resource}`, async () => {
      await using env = await setup({ accounts });
      const up = (await importAndRefresh(env))[resource];
      const before = everything(env);
      const error = await entitlementsRejection(up(env.createContext({ apiKey: otherKey(env) })));
      assert.equal(error.kind, "unverifiedAccount");
      assert.match(error.hint ?? "", /^Nothing was changed\. .*The key belongs to acct_other/);
      assert.deepEqual(everything(env), before);
      assert.deepEqual(env.requests, ["GET /v1/entitlements/features/:id"]);
    });
  }

  it("costs one list for several imported objects, whose states then name the account", async () => {
    await using env = await setup();
    const { Feature, ProductFeature } = await importAndRefresh(env);
    const context = env.createContext();
    for (const { outs } of await Promise.all([Feature(context), ProductFeature(context)])) {
      assert.equal(outs.account, env.sandbox.account);
    }
    assert.deepEqual(env.requests, ["GET /v1/entitlements/features", "POST /v1/entitlements/features/:id"]);
  });
});
