import assert from "node:assert/strict";
import type { RequestFault } from "../../../emulator/index";
import { feature } from "../../../provider/lifecycle/feature";
import { productFeature } from "../../../provider/lifecycle/product-feature";
import { declareFeature, declarePair } from "../../support/declare";
import { entitlementsRejection } from "../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../support/test-environment";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };

/** Faults after which Stripe has applied the request, and the client does not know. */
const losses: Record<string, RequestFault> = {
  "a reset connection": { kind: "drop", when: "after" },
  "a truncated response": { kind: "cut" },
  "a gateway's error page": { kind: "garbage", when: "after", body: "<h1>Bad gateway</h1>", status: 502 },
  "a server error that Stripe replays": { kind: "status", status: 500, when: "after", kept: true },
};

/** Each sends a write whose response is lost, and asserts that Stripe applied it once. */
const writes: Record<string, (env: TestEnvironment, lossy: TestContext) => Promise<void>> = {
  "Feature.create": async (env, lossy) => {
    loseNext(env, "POST");
    const { id } = await declareFeature(lossy, sso);
    assert.deepEqual(
      env.dashboard.features().map((one) => one.id),
      [id],
    );
  },
  "ProductFeature.create": async (env, lossy) => {
    const { id: entitlementFeature } = await declareFeature(env.context, sso);
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    loseNext(env, "POST");
    const { id } = await declarePair(lossy, { product, entitlementFeature, owner: "shop/production/pair" });
    assert.deepEqual(
      env.dashboard.productFeatures(product).map((one) => one.id),
      [id],
    );
  },
  "Feature.update": async (env, lossy) => {
    const { id, outs } = await declareFeature(env.context, sso);
    loseNext(env, "POST");
    const news = { ...sso, name: "SSO", metadata: { team: "identity" } };
    const state = await feature.update(lossy, id, outs, news);
    assert.deepEqual(state, { ...outs, ...news });
    assert.equal(env.dashboard.feature(id)?.name, "SSO");
  },
  "Feature.delete": async (env, lossy) => {
    const { id, outs } = await declareFeature(env.context, sso);
    loseNext(env, "POST");
    await feature.delete(lossy, id, outs);
    assert.equal(env.dashboard.feature(id)?.active, false);
  },
};

let loss: RequestFault;
const loseNext = ({ emulator }: TestEnvironment, method: "POST" | "DELETE") =>
  emulator.faults.add({ ...loss, method, times: 1 });

describe("A lost response", () => {
  for (const [what, fault] of Object.entries(losses)) {
    describe(`after ${what}`, () => {
      beforeEach(() => {
        loss = fault;
      });

      for (const [write, assertAppliedOnce] of Object.entries(writes)) {
        for (const maxRetries of [0, 2]) {
          it(`lets ${write} succeed with ${maxRetries} retries, because the result is read`, async () => {
            await using env = await setup();
            await assertAppliedOnce(env, env.createContext({ maxRetries }));
          });
        }
      }

      it("lets ProductFeature.delete fail without retries, and succeed in the next run", async () => {
        await using env = await setup();
        const { id: entitlementFeature } = await declareFeature(env.context, sso);
        const product = env.dashboard.createProduct({ name: "Team" }).id;
        const { id, outs } = await declarePair(env.context, { product, entitlementFeature });
        loseNext(env, "DELETE");
        const lossy = env.createContext({ maxRetries: 0 });
        const error = await entitlementsRejection(productFeature.delete(lossy, id, outs));
        assert.match(error.hint ?? "", /unknown whether Stripe applied the request\. Run `pulumi up` again/);
        await productFeature.delete(env.createContext(), id, outs);
        assert.deepEqual(env.dashboard.productFeatures(product), []);
      });
    });
  }

  it("fails when all retries fail, and the next run adopts the feature", async () => {
    await using env = await setup();
    const down = [
      env.emulator.faults.add({ kind: "drop", when: "after", method: "POST" }),
      env.emulator.faults.add({ kind: "drop", method: "GET", route: "/v1/entitlements/features" }),
    ];
    const error = await entitlementsRejection(declareFeature(env.createContext({ maxRetries: 1 }), sso));
    assert.match(error.message, /Stripe cannot be reached \(tried 2 times/);
    for (const fault of down) fault.remove();
    const context = env.createContext();
    const { id } = await declareFeature(context, sso);
    assert.deepEqual(
      env.dashboard.features().map((one) => one.id),
      [id],
    );
    assert.match(
      context.logged[0] ?? "",
      /^Feature "sso" \(lookup key "sso"\): adopted .* that this resource created\.$/,
    );
  });

  it("fails when a rate limit follows, and the next run adopts the feature", async () => {
    await using env = await setup();
    env.emulator.faults.add({ kind: "drop", when: "after", method: "POST", times: 1 });
    const message = "Request rate limit exceeded.";
    const limited = env.emulator.faults.add({
      kind: "status",
      status: 429,
      code: "rate_limit",
      message,
      method: "POST",
    });
    const error = await entitlementsRejection(declareFeature(env.createContext({ maxRetries: 2 }), sso));
    assert.match(error.message, /rate limit is exceeded \(tried 3 times/);
    limited.remove();
    const { id } = await declareFeature(env.createContext(), sso);
    assert.deepEqual(
      env.dashboard.features().map((one) => one.id),
      [id],
    );
  });

  it("lets Feature.update fail when somebody added metadata, and the next run removes it", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, sso);
    loss = { kind: "drop", when: "after" };
    env.dashboard.setMetadata(id, { pulumi_owner: sso.owner, note: "by hand" });
    loseNext(env, "POST");
    await entitlementsRejection(
      feature.update(env.createContext({ maxRetries: 0 }), id, outs, { ...sso, name: "SSO" }),
    );
    const state = await feature.update(env.createContext(), id, outs, { ...sso, name: "SSO" });
    assert.deepEqual([state.name, state.metadata], ["SSO", {}]);
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { pulumi_owner: sso.owner });
  });
});
