import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { feature } from "../../../provider/lifecycle/feature";
import { unknownValue } from "../../../provider/lifecycle/inputs";
import { productFeature } from "../../../provider/lifecycle/product-feature";
import { ProgramActivity } from "../../../provider/lifecycle/run/program-activity";
import { declareFeature, declarePair } from "../../support/declare";
import { setup, type TestEnvironment } from "../../support/test-environment";

/** Milliseconds. */
const latency = 200;

/** A run whose program is quiet at once, so that its deletes are decided before later creates. */
const createRun = (env: TestEnvironment) => env.createContext({ local: { programActivity: new ProgramActivity(1) } });

// The engine deletes first in one chain of steps. It creates in another one, at the same time, what
// the program declares when it knows the outputs of a third resource.
describe("A create while the object is deleted to be replaced", () => {
  it("attaches the feature again after its detach", async () => {
    await using env = await setup();
    const { id: entitlementFeature } = await declareFeature(env.createContext(), {
      lookupKey: "sso",
      name: "SSO",
      owner: "shop/dev/sso",
    });
    const inputs = {
      product: env.dashboard.createProduct({ name: "Team" }).id,
      entitlementFeature,
      owner: "shop/dev/pair",
    };
    const old = await declarePair(env.createContext(), inputs);
    const run = createRun(env);
    env.emulator.faults.add({ kind: "latency", ms: latency, method: "GET" });
    productFeature.diff(run, old.id, old.outs, { ...inputs, entitlementFeature: unknownValue });
    const deleted = productFeature.delete(run, old.id, old.outs);
    // The delete reads the account, decides, and reads the attachment.
    await sleep(1.5 * latency);
    const { id } = await declarePair(run, inputs);
    await deleted;
    const attached = env.dashboard.productFeatures(inputs.product);
    assert.deepEqual(
      attached.map((each) => each.id),
      [id],
    );
  });

  it("creates a feature with the lookup key after the other one is archived", async () => {
    await using env = await setup();
    const declared = { lookupKey: "sso", name: "SSO", owner: "shop/dev/sso" };
    const old = await declareFeature(env.createContext(), declared);
    const run = createRun(env);
    const { owner, ...olds } = declared;
    const changed = { ...olds, lookupKey: "saml" };
    feature.check(run, { owner, olds, news: changed });
    feature.diff(run, old.id, old.outs, { ...changed, owner });
    env.emulator.faults.add({ kind: "latency", ms: latency, method: "POST", route: "/v1/entitlements/features/:id" });
    const deleted = feature.delete(run, old.id, old.outs);
    await sleep(latency / 2);
    const { id } = await declareFeature(run, { ...declared, owner: "shop/dev/other" });
    await deleted;
    assert.equal(env.dashboard.feature(old.id)?.active, false);
    assert.equal(env.dashboard.feature(id)?.active, true);
  });
});
