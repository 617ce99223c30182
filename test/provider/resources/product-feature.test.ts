import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { check } from "../../../provider/dynamic/product-feature";
import { Feature, ProductFeature, type ProductFeatureArgs } from "../../../provider/index";
import { inputsOf, lastRegistered, run, unwrap } from "../../support/mocked-program";
import { rejection } from "../../support/rejection";
import { runWithTransforms } from "./transforms";

const pair: ProductFeatureArgs = { product: "prod_1", entitlementFeature: "feat_1" };
const sso = { lookupKey: "sso", name: "Single sign-on" };
const providerText = "exports.handler = () => require('pulumi-stripe-entitlements/dynamic/product-feature')";

describe("new ProductFeature", () => {
  it("registers the product, the feature's id and the owner", async () => {
    await run(() => {
      const feature = new Feature("single", sso);
      return new ProductFeature("attached", { product: pulumi.output("prod_1"), entitlementFeature: feature.id });
    });
    assert.deepEqual(inputsOf("attached"), {
      product: "prod_1",
      entitlementFeature: "feat_single",
      owner: "shop/production/attached",
    });
    const type = lastRegistered().find(({ name }) => name === "attached")?.type;
    assert.equal(type, "pulumi-nodejs:dynamic/stripe-entitlements:ProductFeature");
  });

  it("shows mocks the constant provider text", async () => {
    await run(() => new ProductFeature("attached", pair));
    const { inputs } = lastRegistered().find(({ name }) => name === "attached") ?? {};
    assert.equal(inputs?.["__provider"], providerText);
  });

  it("rejects a __provider property and registers nothing", async () => {
    const args = { ...pair, __provider: "exports.handler = () => ({})" };
    const error = await rejection(run(() => new ProductFeature("attached", args)));
    assert.ok(pulumi.RunError.isInstance(error), error.stack);
    assert.match(error.message, /^ProductFeature "attached": the property __provider is reserved/);
    assert.ok(!lastRegistered().some(({ name }) => name === "attached"));
  });

  it("lets transforms see and change its properties", async () => {
    const seen: Record<string, unknown>[] = [];
    const move: pulumi.ResourceTransform = ({ props, opts }) => {
      seen.push(props);
      return { props: { ...props, product: "prod_2" }, opts };
    };
    const attachment = await runWithTransforms(() => new ProductFeature("attached", pair, { transforms: [move] }));
    assert.deepEqual(seen, [{ ...pair, owner: "shop/production/attached", __provider: providerText }]);
    assert.equal(await unwrap(attachment.product), "prod_2");
    assert.equal(await unwrap(attachment.entitlementFeature), "feat_1");
  });

  it("passes an unknown property to the provider's check, which rejects it", async () => {
    const args = { ...pair, feature: "feat_1" };
    await run(() => new ProductFeature("attached", args));
    const inputs = inputsOf("attached");
    assert.equal(inputs["feature"], "feat_1");
    process.env["STRIPE_API_KEY"] ??= "sk_test_product_feature";
    assert.deepEqual((await check({}, inputs)).failures, [
      { property: "feature", reason: "is not a property of this resource" },
    ]);
  });

  it("throws with the option import, with an alternative, and registers nothing", async () => {
    const error = await rejection(run(() => new ProductFeature("single", pair, { import: "prodft_1" })));
    assert.ok(pulumi.RunError.isInstance(error), error.stack);
    assert.match(error.message, /^ProductFeature "single": the option `import` does not work/);
    assert.match(error.message, /pulumi import --file/);
    assert.ok(!lastRegistered().some(({ name }) => name === "single"));
  });

  it("throws with deletedWith a Feature, and accepts another resource", async () => {
    const error = await rejection(
      run(() => new ProductFeature("attached", pair, { deletedWith: new Feature("single", sso) })),
    );
    assert.ok(pulumi.RunError.isInstance(error), error.stack);
    assert.match(error.message, /^ProductFeature "attached": deletedWith cannot be a Feature\. .*Remove the option/);
    assert.ok(!lastRegistered().some(({ name }) => name === "attached"));
    await run(() => new ProductFeature("attached", pair, { deletedWith: new ProductFeature("other", pair) }));
    assert.ok(lastRegistered().some(({ name }) => name === "attached"));
  });
});

describe("ProductFeature.get", () => {
  it("reads an attachment by its product and its id", async () => {
    const attached = await run(() => ProductFeature.get("existing", "prodft_1", { product: "prod_1" }));
    assert.equal(await unwrap(attached.id), "prodft_1");
    assert.deepEqual(inputsOf("existing"), { product: "prod_1" });
  });
});

describe("ProductFeature.isInstance", () => {
  it("accepts a ProductFeature and rejects everything else", async () => {
    const [feature, attachment] = await run(() => [
      new Feature("single", sso),
      new ProductFeature("attached", { product: "prod_1", entitlementFeature: "feat_1" }),
    ]);
    assert.ok(ProductFeature.isInstance(attachment));
    for (const other of [feature, undefined, null, {}, "x"]) assert.ok(!ProductFeature.isInstance(other));
  });

  it("describes a CustomResource that is not an instance of dynamic.Resource", async () => {
    const attachment = await run(() => new ProductFeature("attached", pair));
    assert.ok(pulumi.CustomResource.isInstance(attachment));
    assert.ok(!(attachment instanceof pulumi.dynamic.Resource));
  });
});
