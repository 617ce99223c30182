import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { setup, type TestEnvironment } from "../../../support/test-environment";
import { assertAttached, createAttachment, createMarkedFeature, setMarker } from "./attachment";

/** Attaches a feature without a marker, which the stack adopts in a later run. */
async function adoptLater(env: TestEnvironment) {
  const product = env.dashboard.createProduct({ name: "Enterprise" }).id;
  const api = { lookupKey: "api", name: "API" };
  const entitlementFeature = env.dashboard.createFeature(api).id;
  const pair = { product, entitlementFeature, owner: "shop/production/team-api" };
  const attached = await productFeature.create(env.createContext(), pair);
  assert.equal(attached.outs.featureOwner, "");
  const context = env.createContext();
  await feature.create(context, { ...api, owner: "shop/production/api", adopt: "unowned" });
  return { ...attached, context, pair };
}

describe("ProductFeature.update", () => {
  it("sends nothing", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    assert.deepEqual(await productFeature.update(env.context, id, outs, pair), outs);
    assert.equal(env.emulator.requests.count(), 0);
  });

  it("replaces the values that only the state holds", async () => {
    await using env = await setup();
    const { id, outs, pair } = await createAttachment(env);
    const olds = { ...outs, adopt: "never", owner: "shop/production/enterprise-sso" } as const;
    const owner = "shop/production/team-sso";
    assert.deepEqual(await productFeature.update(env.context, id, olds, { ...pair, owner }), { ...outs, owner });
    assert.equal(env.emulator.requests.count(), 0);
  });

  for (const how of ["updated in the run that adopts it", "read in a later run"] as const) {
    it(`forgets who owned the feature before this stack when ${how}`, async () => {
      await using env = await setup();
      const { id, outs, context, pair } = await adoptLater(env);
      let state: typeof outs | undefined;
      if (how === "read in a later run") state = (await productFeature.read(env.createContext(), id, outs))?.props;
      else {
        assert.notDeepEqual(productFeature.diff(context, id, outs, pair).changed, []);
        state = await productFeature.update(context, id, outs, pair);
        assert.deepEqual(productFeature.diff(context, id, state, pair).changed, []);
      }
      assert.ok(state !== undefined && !("featureOwner" in state));
      setMarker(env, pair.entitlementFeature, "shop/staging/api");
      const later = env.createContext();
      await productFeature.delete(later, id, state);
      assertAttached(env, pair.product, id);
      assert.match(later.logged.join(), /belongs to shop\/staging\/api now/);
    });
  }

  it("remembers who owns the feature where the feature's own resource is rejected", async () => {
    await using env = await setup();
    const pair = { ...createMarkedFeature(env, "shop/staging/api"), owner: "shop/production/team-api" };
    const attached = await productFeature.create(env.createContext(), pair);
    const imported = await feature.read(env.createContext(), pair.entitlementFeature, {});
    assert.ok(imported !== undefined);
    const context = env.createContext();
    const api = { lookupKey: "api", name: "API" };
    const { inputs } = feature.check(context, { owner: "shop/production/api", olds: {}, news: api });
    assert.throws(() => feature.diff(context, imported.id, imported.props, inputs as unknown as FeatureInputs));
    assert.deepEqual(productFeature.diff(context, attached.id, attached.outs, pair).changed, []);
  });
});
