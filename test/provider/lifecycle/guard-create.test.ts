import assert from "node:assert/strict";
import * as feature from "../../../provider/lifecycle/feature/index";
import * as productFeature from "../../../provider/lifecycle/product-feature/index";
import { entitlementsRejection } from "../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../support/test-environment";
import { accounts, otherKey } from "../../support/two-accounts";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };

describe("A feature that is yet to be created", () => {
  /** What the engine shows of the stack before, or while, the new feature is created. */
  const known = async (set: TestEnvironment) => {
    const { id, outs } = await feature.create(set.context, sso);
    const attached = await productFeature.create(set.context, {
      product: set.dashboard.createProduct({ name: "Team" }).id,
      entitlementFeature: id,
    });
    return {
      feature: (other: TestContext) => feature.diff(other, id, outs, sso),
      attachment: (other: TestContext) => {
        const { product, entitlementFeature } = attached.outs;
        return productFeature.diff(other, attached.id, attached.outs, { product, entitlementFeature });
      },
    };
  };
  const news = { ...sso, lookupKey: "new" };

  for (const what of ["feature", "attachment"] as const) {
    it(`goes to no other account than a ${what} of the stack, learnt before or while it is created`, async () => {
      for (const isBefore of [true, false]) {
        await using set = await setup({ accounts });
        const show = (await known(set))[what];
        const connection = set.createContext({ apiKey: otherKey(set) });
        if (isBefore) show(connection);
        const created = entitlementsRejection(feature.create(connection, news));
        if (!isBefore) show(connection);
        assert.match(
          (await created).message,
          /^Feature "new": the API key belongs to account acct_other, but the stack/,
        );
        assert.deepEqual(set.emulator.environment({ account: "acct_other", livemode: false }).dashboard.features(), []);
      }
    });

    it(`goes to no other mode than a ${what} of the stack, learnt before or while it is created`, async () => {
      for (const isBefore of [true, false]) {
        await using set = await setup({ accounts });
        const show = (await known(set))[what];
        const connection = set.createContext({ apiKey: set.emulator.live.apiKey });
        const shown = () => assert.throws(() => show(connection), /API key belongs to live mode/);
        if (isBefore) shown();
        const created = entitlementsRejection(feature.create(connection, news));
        if (!isBefore) shown();
        assert.match((await created).message, /^Feature "new": the API key belongs to live mode, but the stack/);
        assert.deepEqual(set.emulator.live.dashboard.features(), []);
      }
    });
  }

  for (const what of ["feature", "attachment"] as const) {
    it(`is not created by a key that may not tell its account and does not find the feature of a known ${what}`, async () => {
      await using set = await setup({ accounts });
      const show = (await known(set))[what];
      const other = set.emulator.environment({ account: "acct_other", livemode: false });
      const apiKey = other.restrictedKey({ entitlements: "write", products: "write" });
      const connection = set.createContext({ apiKey });
      show(connection);
      const error = await entitlementsRejection(feature.create(connection, news));
      assert.match(error.message, /^Feature "new": the API key does not find feat_\w+, which is in the stack's state/);
      assert.match(error.hint ?? "", /^Nothing was changed\..*permission to read its account/);
      assert.deepEqual(other.dashboard.features(), []);
    });
  }

  it("costs such a key one request a run to prove that it is the right one", async () => {
    await using set = await setup({ accounts });
    const shown = await known(set);
    const connection = set.createContext({
      apiKey: set.sandbox.restrictedKey({ entitlements: "write", products: "write" }),
    });
    shown.feature(connection);
    set.emulator.requests.clear();
    await Promise.all(["a", "b", "c"].map((lookupKey) => feature.create(connection, { ...sso, lookupKey })));
    assert.deepEqual(set.requests.toSorted(), [
      "GET /v1/entitlements/features/:id",
      ...Array(3).fill("POST /v1/entitlements/features"),
    ]);
  });

  it("goes to no other mode than that of the stack's features where the key's prefix does not tell it", async () => {
    await using set = await setup({ accounts });
    const show = (await known(set)).feature;
    const connection = set.createContext({ apiKey: set.emulator.live.apiKey, local: { keyMode: undefined } });
    show(connection);
    await entitlementsRejection(feature.create(connection, news));
    assert.deepEqual(set.emulator.live.dashboard.features(), []);
  });

  it("goes where the stack's other objects are", async () => {
    await using set = await setup({ accounts });
    const shown = await known(set);
    const connection = set.createContext();
    shown.feature(connection);
    shown.attachment(connection);
    await feature.create(connection, news);
    assert.equal(set.dashboard.features().length, 2);
  });
});
