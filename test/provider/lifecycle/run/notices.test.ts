import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import { declareFeature, declarePair } from "../../../support/declare";
import { setup, type TestEnvironment } from "../../../support/test-environment";

const keys = ["sso", "audit", "api"];
const declareAll = ({ context }: TestEnvironment, inputs: Partial<FeatureInputs> = {}) =>
  Promise.all(keys.map((lookupKey) => declareFeature(context, { lookupKey, name: "F", ...inputs })));

describe("A notice about the effect on customers", () => {
  it("is logged once per run for new attachments", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const created = await declareAll(env);
    assert.deepEqual(env.context.logged, []);
    await Promise.all(created.map(({ id }) => declarePair(env.context, { product, entitlementFeature: id })));
    assert.equal(env.context.logged.length, 1);
    assert.match(env.context.logged[0] ?? "", /^Note: .*next billing period, not before\.$/);
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

  it("is logged again in the next run", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const [one, other] = await declareAll(env);
    assert.ok(one !== undefined && other !== undefined);
    const runs = [env.createContext(), env.createContext()];
    await declarePair(runs[0] ?? env.context, { product, entitlementFeature: one.id });
    await declarePair(runs[1] ?? env.context, { product, entitlementFeature: other.id });
    assert.deepEqual(
      runs.map(({ logged }) => logged.length),
      [1, 1],
    );
  });
});
