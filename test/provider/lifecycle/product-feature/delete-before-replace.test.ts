import assert from "node:assert/strict";
import { unknownValue } from "../../../../provider/lifecycle/inputs";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import type { ProductFeatureInputs } from "../../../../provider/lifecycle/product-feature/properties";
import { declareFeature, declarePair } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";

/** Attaches features to one product. Returns each attachment, in the order of the lookup keys. */
async function attachAll(env: TestEnvironment, lookupKeys: readonly string[], context = env.context) {
  const product = env.dashboard.createProduct({ name: "Team" }).id;
  return Promise.all(
    lookupKeys.map(async (lookupKey) => {
      const { id } = await declareFeature(context, { lookupKey, name: "F", owner: `shop/dev/${lookupKey}` });
      const pair = { product, entitlementFeature: id };
      const inputs = context.ownership === "none" ? pair : { ...pair, owner: `shop/dev/pair-${lookupKey}` };
      return { ...(await declarePair(context, inputs)), inputs };
    }),
  );
}

type Attached = Awaited<ReturnType<typeof attachAll>>[number];

/** Checks the new pair of an attachment as the engine does before it replaces the attachment. */
function redeclare(context: TestContext, { id, outs, inputs }: Attached, pair: Partial<ProductFeatureInputs>) {
  const changed = { ...inputs, ...pair };
  const { owner, ...news } = changed;
  productFeature.check(context, { owner, olds: inputs, news });
  productFeature.diff(context, id, outs, changed);
  productFeature.check(context, { owner, olds: {}, news });
  const remove = () => productFeature.delete(context, id, outs);
  return { remove, replace: () => remove().then(() => productFeature.create(context, changed)) };
}

const attachedTo = (env: TestEnvironment, product: string) =>
  env.dashboard.productFeatures(product).map(({ id }) => id);

/** Gives each attachment the pair of the next one, the last one that of the first. */
function rotate(context: TestContext, attachments: readonly Attached[]) {
  return attachments.map((attached, n) => {
    const { entitlementFeature = "" } = attachments[(n + 1) % attachments.length]?.inputs ?? {};
    return redeclare(context, attached, { entitlementFeature });
  });
}

describe("Replacing attachments whose old pairs other resources declare, deleting first", () => {
  for (const ownership of ["metadata", "none"] as const) {
    for (const workers of ["one worker", "three workers"] as const) {
      it(`rotates three with ${workers} and ownership: ${ownership}, and detaches none`, async () => {
        await using env = await setup();
        const createContext = () => env.createContext({ local: { ownership } });
        const attachments = await attachAll(env, ["a", "b", "c"], createContext());
        const product = attachments[0]?.inputs.product ?? "";
        const before = attachedTo(env, product);
        env.emulator.requests.clear();
        const steps = rotate(createContext(), attachments);
        if (workers === "one worker") for (const { replace } of steps) await replace();
        else await Promise.all(steps.map(({ replace }) => replace()));
        assert.deepEqual(attachedTo(env, product), before);
        assert.deepEqual(env.emulator.requests.filter({ method: "DELETE" }), []);
      });
    }
  }

  it("leaves an attachment to another resource before its own feature is known", async () => {
    await using env = await setup();
    const [first, second] = await attachAll(env, ["a", "b"]);
    assert.ok(first !== undefined && second !== undefined);
    const context = env.createContext();
    const { inputs } = second;
    // The engine asks which attachments depend on a feature that it replaces.
    productFeature.diff(context, second.id, second.outs, { ...inputs, entitlementFeature: unknownValue });
    const { replace } = redeclare(context, first, { entitlementFeature: inputs.entitlementFeature });
    await productFeature.delete(context, second.id, second.outs);
    assert.equal((await replace()).id, second.id);
    assert.deepEqual(attachedTo(env, inputs.product), [second.id]);
  });

  for (const [why, adopt, marker] of [
    ["the other resource never adopts", "never", "shop/dev/a"],
    ["the feature belongs to another stack", undefined, "shop/staging/a"],
  ] as const) {
    it(`keeps the attachment in the state if ${why}`, async () => {
      await using env = await setup();
      const [first] = await attachAll(env, ["a"]);
      assert.ok(first !== undefined);
      env.dashboard.setMetadata(first.inputs.entitlementFeature, { pulumi_owner: marker });
      const { id } = await declareFeature(env.context, { lookupKey: "z", name: "F", owner: "shop/dev/z" });
      const context = env.createContext();
      const { remove } = redeclare(context, first, { entitlementFeature: id });
      const { product, entitlementFeature } = first.inputs;
      const news = { product, entitlementFeature, ...(adopt !== undefined && { adopt }) };
      productFeature.check(context, { owner: "shop/dev/other", olds: {}, news });
      assert.match((await entitlementsRejection(remove())).message, /other declares it too and did not adopt it$/);
      assert.deepEqual(attachedTo(env, product), [first.id]);
    });
  }
});

describe("Replacing an attachment of another stack's feature by force, deleting first", () => {
  for (const adopt of [undefined, "any"] as const) {
    it(adopt === undefined ? "is rejected, and keeps it attached" : "finds it again with adopt: any", async () => {
      await using env = await setup();
      const { id: entitlementFeature } = await declareFeature(env.createContext(), {
        lookupKey: "a",
        name: "A",
        owner: "shop/staging/a",
      });
      const pair = { product: env.dashboard.createProduct({ name: "Team" }).id, entitlementFeature };
      const inputs = { ...pair, owner: "shop/dev/pair", ...(adopt !== undefined && { adopt }) };
      const { id, outs } = await declarePair(env.createContext(), inputs);
      const context = env.createContext();
      const { owner, ...news } = inputs;
      // The engine compares nothing, and checks without the old inputs.
      productFeature.check(context, { owner, olds: {}, news });
      const deleted = productFeature.delete(context, id, outs);
      if (adopt === undefined) {
        assert.match((await entitlementsRejection(deleted)).message, /not replaced, because .* shop\/staging\/a$/);
      } else {
        await deleted;
        assert.equal((await productFeature.create(context, inputs)).id, id);
      }
      assert.deepEqual(attachedTo(env, pair.product), [id]);
    });
  }
});
