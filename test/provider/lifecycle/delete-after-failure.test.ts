import assert from "node:assert/strict";
import { feature } from "../../../provider/lifecycle/feature";
import { productFeature } from "../../../provider/lifecycle/product-feature";
import { declareFeature, declarePair } from "../../support/declare";
import { entitlementsRejection } from "../../support/rejection";
import { setup, type TestEnvironment } from "../../support/test-environment";

const notDeleted = /: not deleted, because Feature .*"sso".* failed in this run$/;

/**
 * Creates a feature and an attachment in an earlier run. Without an owner the stack writes no
 * markers.
 */
async function createBoth(env: TestEnvironment, owner?: string) {
  const marker = owner === undefined ? {} : { owner };
  const sso = { lookupKey: "sso", name: "Single sign-on", ...marker };
  const product = env.dashboard.createProduct({ name: "Team" }).id;
  const created = await declareFeature(env.context, sso);
  const pair = { product, entitlementFeature: created.id, ...marker };
  const attached = await declarePair(env.context, pair);
  return { sso, pair, created, attached };
}

/** Makes each create fail, also the reads with which it would find the existing object. */
function rejectCreates({ emulator }: TestEnvironment) {
  for (const route of ["/v1/entitlements/features", "/v1/products/:product/features"]) {
    emulator.faults.add({ kind: "status", status: 400, route });
  }
}

// With Pulumi SDK 3.276 and CLI 3.274, resources that depend on a failed one stay registered. So
// the engine deletes the old resource before anything else has been refused.
describe("delete, in a run with --continue-on-error in which a resource failed", () => {
  for (const owner of ["shop/production/sso", undefined]) {
    const stack = owner === undefined ? "a stack without markers" : "a resource that moved";

    it(`keeps the feature of ${stack} in the state if its new declaration failed`, async () => {
      await using env = await setup();
      const { sso, created } = await createBoth(env, owner);
      rejectCreates(env);
      const run = env.createContext();
      await entitlementsRejection(declareFeature(run, sso));
      const error = await entitlementsRejection(feature.delete(run, created.id, created.outs));
      assert.match(error.message, notDeleted);
      assert.deepEqual(run.logged, []);
      assert.equal(env.dashboard.feature(created.id)?.active, true);
    });

    it(`keeps the attachment of ${stack} in the state if its new declaration failed`, async () => {
      await using env = await setup();
      const { sso, pair, attached } = await createBoth(env, owner);
      rejectCreates(env);
      const run = env.createContext();
      await entitlementsRejection(declareFeature(run, sso));
      await entitlementsRejection(declarePair(run, pair));
      const error = await entitlementsRejection(productFeature.delete(run, attached.id, attached.outs));
      assert.match(error.message, notDeleted);
      assert.equal(env.dashboard.productFeatures(pair.product).length, 1);
    });
  }

  // A program that waits for the outputs of a `get` in `apply` does not declare what is in it.
  for (const status of [400, 404]) {
    it(`keeps an attachment in the state if a \`get\` is answered with ${status}`, async () => {
      await using env = await setup();
      const { pair, attached } = await createBoth(env, "shop/production/sso");
      env.emulator.faults.add({ kind: "status", status, route: "/v1/entitlements/features/:id" });
      const run = env.createContext();
      await entitlementsRejection(feature.read(run, "feat_other", {}));
      const error = await entitlementsRejection(productFeature.delete(run, attached.id, attached.outs));
      assert.match(error.message, /: not deleted, because Feature \(feat_other\) failed in this run$/);
      assert.equal(env.dashboard.productFeatures(pair.product).length, 1);
    });
  }

  it("detaches after a failed refresh", async () => {
    await using env = await setup();
    const { pair, created, attached } = await createBoth(env, "shop/production/sso");
    const routes = ["/v1/entitlements/features", "/v1/entitlements/features/:id"];
    const faults = routes.map((route) =>
      env.emulator.faults.add({ kind: "status", status: 400, method: "GET", route }),
    );
    const run = env.createContext();
    await entitlementsRejection(feature.read(run, created.id, created.outs));
    for (const fault of faults) fault.remove();
    await productFeature.delete(run, attached.id, attached.outs);
    assert.deepEqual(env.dashboard.productFeatures(pair.product), []);
  });

  it("forgets the old resource of a moved feature if the new one has adopted the feature", async () => {
    await using env = await setup();
    const { sso, created } = await createBoth(env, "shop/production/sso");
    const run = env.createContext();
    assert.equal((await declareFeature(run, sso)).id, created.id);
    rejectCreates(env);
    const other = { lookupKey: "api", name: "API access", owner: "shop/production/api" };
    await entitlementsRejection(declareFeature(run, other));
    await feature.delete(run, created.id, created.outs);
    assert.ok(run.logged.at(-1)?.endsWith("is still declared. It is kept."));
  });
});
