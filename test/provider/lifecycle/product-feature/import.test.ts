import assert from "node:assert/strict";
import type { ProductFeatureState } from "../../../../provider/lifecycle/product-feature/state";
import { declareFeature } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestEnvironment } from "../../../support/test-environment";
import { accounts, otherKey } from "../../../support/two-accounts";
import { assertAttached, assertDetached, createMarkedFeature } from "./attachment";
import { deletePair, kept, refreshPair, ssoOf, teamSsoOf, upPair } from "./two-stacks";

const [dev, staging] = ["shop/dev", "shop/staging"];
const list = "GET /v1/products/:product/features";

/** Attaches a feature by hand, and returns the row that `pulumi import` writes. */
function importPair(env: TestEnvironment, marker: string | undefined) {
  const pair = createMarkedFeature(env, marker);
  const { id } = env.dashboard.attach(pair.product, pair.entitlementFeature);
  env.emulator.requests.clear();
  return { pair, row: { id, outs: { ...pair } as ProductFeatureState } };
}

describe("ProductFeature that was imported", () => {
  for (const [whose, marker, featureOwner] of [
    ["without a marker", undefined, { featureOwner: "" }],
    ["of another stack", `${staging}/api`, { featureOwner: `${staging}/api` }],
    ["of this stack", `${dev}/api`, {}],
  ] as const) {
    for (const first of ["up", "refresh"] as const) {
      it(`has a complete state after an \`up\`, for a feature ${whose}, ${first} first`, async () => {
        await using env = await setup();
        const { pair, row } = importPair(env, marker);
        const known = first === "refresh" ? kept(await refreshPair(env.createContext(), row)) : row;
        const { row: updated } = await upPair(env.createContext(), known, teamSsoOf(dev, pair));
        const about = { lookupKey: "api", livemode: false, account: env.sandbox.account };
        assert.deepEqual(updated.outs, { ...pair, owner: `${dev}/team-sso`, ...about, ...featureOwner });
        // A refreshed state names no account. The feature shows that the key is of the right one.
        const reads = first === "refresh" ? ["GET /v1/entitlements/features/:id"] : [];
        assert.deepEqual(env.requests, [`${list}/:id`, ...reads]);
        assert.equal((await upPair(env.createContext(), updated, teamSsoOf(dev, pair))).isUpdated, false);
        await deletePair(env.createContext(), updated);
        assertDetached(env, pair.product);
      });
    }
  }

  it("belongs to this stack when this stack adopts its feature in the same run", async () => {
    await using env = await setup();
    const { pair, row } = importPair(env, undefined);
    const context = env.createContext();
    await declareFeature(context, { ...ssoOf(dev), lookupKey: "api", name: "API", adopt: "unowned" });
    const { row: updated } = await upPair(context, row, teamSsoOf(dev, pair));
    assert.ok(!("featureOwner" in updated.outs));
  });

  it("is updated in a stack without markers, whose declaration is the same", async () => {
    await using env = await setup();
    const { pair, row } = importPair(env, undefined);
    const context = env.createContext({ local: { ownership: "none" } });
    const { row: updated } = await upPair(context, row, teamSsoOf(dev, pair));
    assert.deepEqual(updated.outs, { ...pair, lookupKey: "api", livemode: false, account: env.sandbox.account });
  });

  it("costs one list for several attachments of a product", async () => {
    await using env = await setup();
    const { pair, row } = importPair(env, undefined);
    const others = ["a", "b", "c"].map((lookupKey) => {
      const entitlementFeature = env.dashboard.createFeature({ lookupKey, name: lookupKey }).id;
      const { id } = env.dashboard.attach(pair.product, entitlementFeature);
      return { id, outs: { product: pair.product, entitlementFeature } as ProductFeatureState };
    });
    const context = env.createContext();
    const up = (each: typeof row) =>
      upPair(context, each, { ...teamSsoOf(dev, each.outs), owner: `${dev}/${each.id}` });
    await Promise.all([row, ...others].map(up));
    assert.deepEqual(env.requests, [list]);
  });

  it("is rejected when it is the attachment of another feature", async () => {
    await using env = await setup();
    const { pair, row } = importPair(env, undefined);
    const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const imported = { id: row.id, outs: { product: pair.product } as ProductFeatureState };
    const news = teamSsoOf(dev, { ...pair, entitlementFeature: id });
    const error = await entitlementsRejection(upPair(env.createContext(), imported, news));
    assert.equal(
      error.message,
      `ProductFeature "team-sso" (${row.id} on ${pair.product}): the imported attachment is of the feature ` +
        `${pair.entitlementFeature} "api", not of ${id}`,
    );
    assert.match(error.hint ?? "", /pulumi state delete/);
    assertAttached(env, pair.product, row.id);
  });

  it("is rejected when it does not exist", async () => {
    await using env = await setup();
    const { pair, row } = importPair(env, undefined);
    env.dashboard.detach(pair.product, row.id);
    const error = await entitlementsRejection(upPair(env.createContext(), row, teamSsoOf(dev, pair)));
    assert.match(error.message, /: the imported attachment does not exist on this product$/);
    assert.equal(error.kind, "missing");
    assert.match(error.hint ?? "", /pulumi state delete/);
  });

  it("is rejected with a key of another account than the configured one", async () => {
    await using env = await setup({ accounts });
    const { pair, row } = importPair(env, undefined);
    const expected = { account: env.sandbox.account };
    const context = env.createContext({ apiKey: otherKey(env), local: { expected } });
    const error = await entitlementsRejection(upPair(context, row, teamSsoOf(dev, pair)));
    assert.equal(error.kind, "wrongAccount");
  });
});
