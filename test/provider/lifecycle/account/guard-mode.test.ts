import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestEnvironment } from "../../../support/test-environment";
import { callNames, callOn, everything, sso } from "./calls";

// The prefix of an organization key is the same in both modes (S95).
const orgKeys = { test: "sk_org_test0123456789", live: "sk_org_live0123456789" };

const hints = ["given", "omitted"] as const;

function setupOrganization(otherModeHint: "given" | "omitted" = "omitted"): Promise<TestEnvironment> {
  return setup({ accounts: [{ id: "acct_ours", apiKeys: orgKeys }], choices: { otherModeHint } });
}

describe("A key of the other mode whose prefix does not tell it", () => {
  for (const hint of hints) {
    for (const name of callNames) {
      it(`is rejected by ${name}, with Stripe's hint ${hint}`, async () => {
        await using env = await setupOrganization(hint);
        const call = await callOn(env, name);
        const before = everything(env);
        const context = env.createContext({ apiKey: orgKeys.live });
        const error = await entitlementsRejection(call(context));
        assert.equal(error.kind, "wrongMode");
        if (hint === "omitted") {
          assert.match(error.message, /the API key belongs to live mode, but the stack's state says test mode$/);
          assert.match(error.hint ?? "", /^Nothing was changed\. Use a key of test mode/);
        }
        assert.deepEqual(everything(env), before);
        assert.deepEqual(context.logged, []);
      });
    }
  }

  it("is recognized by the first feature of its mode", async () => {
    await using env = await setupOrganization();
    const { id, outs } = await feature.create(env.context, sso);
    env.emulator.requests.clear();
    env.emulator.live.dashboard.createFeature({ lookupKey: "live", name: "Live" });
    const context = env.createContext({ apiKey: orgKeys.live });
    assert.equal((await entitlementsRejection(feature.read(context, id, outs))).kind, "wrongMode");
    assert.equal(env.emulator.requests.count({ route: "/v1/products" }), 0);
  });

  it("is recognized by the first product of its mode", async () => {
    await using env = await setupOrganization();
    const { id, outs } = await feature.create(env.context, sso);
    env.emulator.requests.clear();
    env.emulator.live.dashboard.createProduct({ name: "Live" });
    const context = env.createContext({ apiKey: orgKeys.live });
    assert.equal((await entitlementsRejection(feature.read(context, id, outs))).kind, "wrongMode");
    assert.equal(env.emulator.requests.count({ route: "/v1/balance" }), 0);
  });

  it("is recognized by the balance where the mode has no objects, once in a run", async () => {
    await using env = await setupOrganization();
    const created = await Promise.all(
      ["a", "b", "c"].map((lookupKey) => feature.create(env.context, { ...sso, lookupKey })),
    );
    env.emulator.requests.clear();
    const context = env.createContext({ apiKey: orgKeys.live });
    for (const run of [1, 2]) {
      const errors = await Promise.all(
        created.map(({ id, outs }) => entitlementsRejection(feature.delete(context, id, outs))),
      );
      for (const { kind } of errors) assert.equal(kind, "wrongMode", `${run}`);
    }
    for (const route of ["/v1/products", "/v1/balance"]) assert.equal(env.emulator.requests.count({ route }), 1, route);
    assert.equal(env.dashboard.features({ archived: false }).length, 3);
  });

  it("changes and forgets nothing where it may read nothing that tells its mode", async () => {
    for (const name of callNames) {
      await using env = await setupOrganization();
      const call = await callOn(env, name);
      const before = everything(env);
      const apiKey = env.emulator.live.restrictedKey({ account: "read", entitlements: "write", products: "write" });
      const context = env.createContext({ apiKey, local: { keyMode: undefined } });
      const error = await entitlementsRejection(call(context));
      assert.match(
        error.message,
        /: Stripe returned 404, but it also does that for a key of the other mode, so the object may still exist$/,
      );
      assert.match(
        error.hint ?? "",
        /^Nothing was changed\. .* permission to read .* the balance.*pulumi state delete/,
      );
      assert.equal(error.kind, "unverifiedAccount");
      assert.deepEqual(everything(env), before);
    }
  });

  it("changes and forgets nothing while its mode cannot be read", async () => {
    await using env = await setupOrganization();
    const { id, outs } = await feature.create(env.context, sso);
    env.emulator.faults.add({ kind: "status", status: 503, route: "/v1/balance" });
    const context = env.createContext({ apiKey: orgKeys.live, maxRetries: 1 });
    assert.equal((await entitlementsRejection(feature.read(context, id, outs))).kind, "api");
  });
});

describe("A key of the right mode whose prefix does not tell it", () => {
  it("treats as deleted what Stripe does not find, after one request for the mode", async () => {
    await using env = await setupOrganization();
    const { outs } = await feature.create(env.context, sso);
    const context = env.createContext();
    env.emulator.requests.clear();
    assert.equal(await feature.read(context, "feat_gone", outs), undefined);
    assert.deepEqual(env.requests, ["GET /v1/entitlements/features/:id", "GET /v1/entitlements/features"]);
    await feature.delete(context, "feat_gone", outs);
  });

  it("treats an attachment as deleted when the other mode has a product with the same id", async () => {
    for (const hint of hints) {
      await using env = await setupOrganization(hint);
      const { id } = await feature.create(env.context, sso);
      const product = env.dashboard.createProduct({ id: "prod_both", name: "Team" }).id;
      const { id: attached, outs } = await productFeature.create(env.context, { product, entitlementFeature: id });
      env.emulator.live.dashboard.createProduct({ id: product, name: "Team" });
      env.dashboard.deleteProduct(product);
      assert.equal(await productFeature.read(env.createContext(), attached, outs), undefined);
      await productFeature.delete(env.createContext(), attached, outs);
    }
  });

  it("sends no further request while it finds its objects", async () => {
    await using env = await setupOrganization();
    const { id, outs } = await feature.create(env.context, sso);
    env.emulator.requests.clear();
    assert.equal((await feature.read(env.createContext(), id, outs))?.id, id);
    assert.deepEqual(env.requests, ["GET /v1/entitlements/features/:id"]);
  });
});
