import assert from "node:assert/strict";
import { explicitProvider } from "../../../../provider/lifecycle/configuration-place";
import type { EntitlementsError } from "../../../../provider/lifecycle/errors";
import { feature } from "../../../../provider/lifecycle/feature";
import { entitlementsRejection } from "../../../support/rejection";
import { setup } from "../../../support/test-environment";
import { accounts } from "../../../support/two-accounts";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };

describe("The texts about an explicit provider", () => {
  const place = explicitProvider("eu");

  it("name the provider whose account and mode should be set", async () => {
    await using env = await setup({ accounts });
    const context = env.createContext({ local: { place } });
    await feature.create(context, sso);
    assert.deepEqual(context.announced, [
      "Creating in acct_ours, test mode. To allow only this account and mode, set account: acct_ours and mode: test on " +
        'the provider "eu".',
    ]);
  });

  for (const [expected, hint] of [
    [{ account: "acct_other" }, /or correct account of the provider "eu"\.$/],
    [{ mode: "live" }, /or correct mode of the provider "eu"\.$/],
  ] as const) {
    it(`name the provider whose ${Object.keys(expected)} the key contradicts`, async () => {
      await using env = await setup({ accounts });
      const error = await entitlementsRejection(feature.create(env.createContext({ local: { place, expected } }), sso));
      assert.match(error.hint ?? "", hint);
      assert.deepEqual(env.dashboard.features(), []);
    });
  }

  it("name the provider whose account contradicts the state", async () => {
    await using env = await setup({ accounts });
    const { id, outs } = await feature.create(env.context, sso);
    const context = env.createContext({ local: { place, expected: { account: "acct_other" } } });
    assert.throws(
      () => feature.diff(context, id, outs, sso),
      ({ hint }: EntitlementsError) => /Correct account of the provider "eu", with a key/.test(hint ?? ""),
    );
  });

  it("name the provider of a key that cannot be verified", async () => {
    await using env = await setup({ accounts });
    const apiKey = env.sandbox.restrictedKey({ entitlements: "write", products: "write" });
    const noAccount = env.createContext({ apiKey, local: { place, expected: { account: "acct_ours" } } });
    const noMode = env.createContext({ local: { place, keyMode: undefined, expected: { mode: "test" } } });
    const [account, mode] = [
      await entitlementsRejection(feature.create(noAccount, sso)),
      await entitlementsRejection(feature.create(noMode, sso)),
    ];
    assert.match(account.hint ?? "", /or remove account of the provider "eu"\.$/);
    assert.match(mode.hint ?? "", /or remove mode of the provider "eu"\.$/);
  });
});
