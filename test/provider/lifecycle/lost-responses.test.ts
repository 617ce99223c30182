import assert from "node:assert/strict";
import type { Fault } from "../../../emulator/index";
import * as feature from "../../../provider/lifecycle/feature/index";
import * as productFeature from "../../../provider/lifecycle/product-feature/index";
import { declareFeature, declarePair } from "../../support/declare";
import { entitlementsRejection } from "../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../support/test-environment";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };

/** Stripe has acted, and the client does not hear of it. */
const losses: Record<string, Fault> = {
  "a connection that is reset": { kind: "drop", when: "after" },
  "an answer that ends in the middle": { kind: "cut" },
  "the page of a gateway": { kind: "garbage", when: "after", body: "<h1>Bad gateway</h1>", status: 502 },
  "a failure of Stripe's own, kept for the request": { kind: "status", status: 500, when: "after", kept: true },
};

/** The life of a resource up to the write whose answer is lost, and what shows that it was done once. */
const writes: Record<string, (set: TestEnvironment, lossy: TestContext) => Promise<void>> = {
  "the creation of a feature": async (set, lossy) => {
    loseNext(set, "POST");
    const { id } = await declareFeature(lossy, sso);
    assert.deepEqual(
      set.dashboard.features().map((one) => one.id),
      [id],
    );
  },
  "an attachment": async (set, lossy) => {
    const { id: entitlementFeature } = await declareFeature(set.context, sso);
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    loseNext(set, "POST");
    const { id } = await declarePair(lossy, { product, entitlementFeature, owner: "shop/production/pair" });
    assert.deepEqual(
      set.dashboard.productFeatures(product).map((one) => one.id),
      [id],
    );
  },
  "an update": async (set, lossy) => {
    const { id, outs } = await declareFeature(set.context, sso);
    loseNext(set, "POST");
    const news = { ...sso, name: "SSO", metadata: { team: "identity" } };
    const state = await feature.update(lossy, id, outs, news);
    assert.deepEqual(state, { ...outs, ...news });
    assert.equal(set.dashboard.feature(id)?.name, "SSO");
  },
  "the end of a feature": async (set, lossy) => {
    const { id, outs } = await declareFeature(set.context, sso);
    loseNext(set, "POST");
    await feature.delete(lossy, id, outs);
    assert.equal(set.dashboard.feature(id)?.active, false);
  },
};

let loss: Fault;
const loseNext = ({ emulator }: TestEnvironment, method: "POST" | "DELETE") =>
  emulator.faults.add({ ...loss, method, times: 1 });

describe("A lost answer", () => {
  for (const [what, fault] of Object.entries(losses)) {
    describe(`by ${what}`, () => {
      beforeEach(() => {
        loss = fault;
      });

      for (const [write, liveThrough] of Object.entries(writes)) {
        for (const maxRetries of [0, 2]) {
          it(`to ${write} is no failure: what Stripe has is found, with ${maxRetries} retries`, async () => {
            await using set = await setup();
            await liveThrough(set, set.createContext({ maxRetries }));
          });
        }
      }

      it("to a detachment is a failure without retries, and the next run finds it done", async () => {
        await using set = await setup();
        const { id: entitlementFeature } = await declareFeature(set.context, sso);
        const product = set.dashboard.createProduct({ name: "Team" }).id;
        const { id, outs } = await declarePair(set.context, { product, entitlementFeature });
        loseNext(set, "DELETE");
        const lossy = set.createContext({ maxRetries: 0 });
        const error = await entitlementsRejection(productFeature.delete(lossy, id, outs));
        assert.match(error.hint ?? "", /not known: run `pulumi up` again/);
        await productFeature.delete(set.createContext(), id, outs);
        assert.deepEqual(set.dashboard.productFeatures(product), []);
      });
    });
  }

  it("and the retries spent is a failure; the next run takes up what was made, once", async () => {
    await using set = await setup();
    const down = [
      set.emulator.faults.add({ kind: "drop", when: "after", method: "POST" }),
      set.emulator.faults.add({ kind: "drop", method: "GET", route: "/v1/entitlements/features" }),
    ];
    const error = await entitlementsRejection(declareFeature(set.createContext({ maxRetries: 1 }), sso));
    assert.match(error.message, /Stripe cannot be reached \(tried 2 times/);
    for (const fault of down) fault.remove();
    const connection = set.createContext();
    const { id } = await declareFeature(connection, sso);
    assert.deepEqual(
      set.dashboard.features().map((one) => one.id),
      [id],
    );
    assert.match(connection.logged[0] ?? "", /^Feature "sso": took over .*, which this resource made\.$/);
  });

  it("followed by a rate limit is a failure; the next run takes up what was made", async () => {
    await using set = await setup();
    set.emulator.faults.add({ kind: "drop", when: "after", method: "POST", times: 1 });
    const message = "Request rate limit exceeded.";
    const limited = set.emulator.faults.add({
      kind: "status",
      status: 429,
      code: "rate_limit",
      message,
      method: "POST",
    });
    const error = await entitlementsRejection(declareFeature(set.createContext({ maxRetries: 2 }), sso));
    assert.match(error.message, /rate limit is used up \(tried 3 times/);
    limited.remove();
    const { id } = await declareFeature(set.createContext(), sso);
    assert.deepEqual(
      set.dashboard.features().map((one) => one.id),
      [id],
    );
  });

  it("to an update that somebody overtook is a failure, and nothing that was not asked for is done", async () => {
    await using set = await setup();
    const { id, outs } = await declareFeature(set.context, sso);
    loss = { kind: "drop", when: "after" };
    set.dashboard.setMetadata(id, { pulumi_owner: sso.owner, note: "by hand" });
    loseNext(set, "POST");
    await entitlementsRejection(
      feature.update(set.createContext({ maxRetries: 0 }), id, outs, { ...sso, name: "SSO" }),
    );
    const state = await feature.update(set.createContext(), id, outs, { ...sso, name: "SSO" });
    assert.deepEqual([state.name, state.metadata], ["SSO", {}]);
    assert.deepEqual(set.dashboard.feature(id)?.metadata, { pulumi_owner: sso.owner });
  });
});
