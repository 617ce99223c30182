import assert from "node:assert/strict";
import type { ProviderContext } from "../../../../provider/lifecycle/context";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import { declareFeature, declarePair } from "../../../support/declare";
import { setup } from "../../../support/test-environment";

const keys = ["sso", "audit", "api"];
const declareAll = ({ context }: { readonly context: ProviderContext }, inputs: Partial<FeatureInputs> = {}) =>
  Promise.all(keys.map((lookupKey) => declareFeature(context, { lookupKey, name: "F", ...inputs })));

describe("A notice about the effect on customers", () => {
  it("is logged once per run for new attachments in live mode", async () => {
    await using env = await setup();
    const { apiKey, dashboard } = env.emulator.live;
    const context = env.createContext({ apiKey });
    const product = dashboard.createProduct({ name: "Team" }).id;
    const created = await declareAll({ context });
    assert.deepEqual(context.logged, []);
    await Promise.all(created.map(({ id }) => declarePair(context, { product, entitlementFeature: id })));
    assert.equal(context.logged.length, 1);
    assert.match(context.logged[0] ?? "", /^Note: .*next billing period, not before\.$/);
  });

  it("is not logged for new attachments of a new stack in test mode", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const [created] = await declareAll(env);
    await declarePair(env.context, { product, entitlementFeature: created?.id ?? "" });
    assert.deepEqual(env.context.logged, []);
  });

  it("is not logged for an adopted attachment", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "F" });
    env.dashboard.attach(product, id);
    await declarePair(env.context, { product, entitlementFeature: id, adopt: "any" });
    assert.ok(env.context.logged.every((line) => !line.startsWith("Note:")));
  });

  it("is logged once per run for features that are archived without a scan", async () => {
    await using env = await setup();
    const created = await declareAll(env, { archiveWhileAttached: true });
    const context = env.createContext();
    await Promise.all(created.map(({ id, outs }) => feature.delete(context, id, outs)));
    assert.equal(context.logged.length, 1);
    assert.match(context.logged[0] ?? "", /^Note: .*keeps granting access there\.$/);
  });

  it("is not logged for features that are archived after a scan", async () => {
    await using env = await setup();
    const created = await declareAll(env);
    const context = env.createContext();
    await Promise.all(created.map(({ id, outs }) => feature.delete(context, id, outs)));
    assert.deepEqual(context.logged, []);
  });

  it("is logged in test mode once the stack has been deployed, in each run", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    for (const { id, outs } of await declareAll(env)) {
      const context = env.createContext();
      feature.check(context, { owner: undefined, olds: { ...outs }, news: { lookupKey: outs.lookupKey, name: "F" } });
      await declarePair(context, { product, entitlementFeature: id });
      assert.equal(context.logged.length, 1);
    }
  });
});
