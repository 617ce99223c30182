import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Feature, type FeatureArgs, ProductFeature } from "../../../provider/index";
import { inputsOf, lastRegistered, run, unwrap } from "../../support/mocked-program";
import { rejection } from "../../support/rejection";

const sso: FeatureArgs = { lookupKey: "sso", name: "Single sign-on" };

describe("A Feature in a program", () => {
  it("is registered with what is declared, and with its owner", async () => {
    await run(() => new Feature("single", { ...sso, metadata: { team: "identity" } }));
    assert.deepEqual(inputsOf("single"), {
      ...sso,
      metadata: { team: "identity" },
      owner: "shop/production/single",
    });
    const type = lastRegistered().find(({ name }) => name === "single")?.type;
    assert.equal(type, "pulumi-nodejs:dynamic/stripe-entitlements:Feature");
  });

  it("is registered without metadata where none is declared", async () => {
    await run(() => new Feature("single", sso));
    assert.deepEqual(inputsOf("single"), { ...sso, owner: "shop/production/single" });
  });

  it("takes outputs for all it is given", async () => {
    await run(
      () =>
        new Feature("single", {
          lookupKey: pulumi.output("sso"),
          name: Promise.resolve("Single sign-on"),
          metadata: pulumi.output({ team: pulumi.output("identity") }),
        }),
    );
    assert.deepEqual(inputsOf("single"), { ...sso, metadata: { team: "identity" }, owner: "shop/production/single" });
  });

  it("has outputs for all it holds", async () => {
    const feature = await run(() => new Feature("single", { ...sso, metadata: { team: "identity" } }));
    assert.equal(await unwrap(feature.id), "feat_single");
    assert.equal(await unwrap(feature.lookupKey), "sso");
    assert.equal(await unwrap(feature.name), "Single sign-on");
    assert.deepEqual(await unwrap(feature.metadata), { team: "identity" });
    assert.equal(await unwrap(feature.active), true);
    assert.equal(await unwrap(feature.livemode), false);
  });

  it("registers the same provider text for every feature", async () => {
    await run(() => ["a", "b"].map((lookupKey) => new Feature(lookupKey, { ...sso, lookupKey })));
    const texts = lastRegistered()
      .map(({ inputs }) => inputs["__provider"])
      .filter((text) => text !== undefined);
    assert.equal(texts.length, 2);
    assert.equal(new Set(texts).size, 1);
  });

  it("is told apart from other resources", async () => {
    const [feature, attached] = await run(() => [
      new Feature("single", sso),
      new ProductFeature("attached", { product: "prod_1", entitlementFeature: "feat_1" }),
    ]);
    assert(Feature.isInstance(feature));
    assert(ProductFeature.isInstance(attached));
    assert(!Feature.isInstance(attached));
    assert(!ProductFeature.isInstance(feature));
    for (const other of [undefined, null, {}, "Feature", { __pulumiType: "x" }]) assert(!Feature.isInstance(other));
  });

  it("that exists is read by its id, with no inputs", async () => {
    const feature = await run(() => Feature.get("existing", "feat_1"));
    assert.equal(await unwrap(feature.id), "feat_1");
    assert.deepEqual(inputsOf("existing"), {});
    assert.equal(lastRegistered().find(({ name }) => name === "existing")?.id, "feat_1");
  });

  it("that exists may be read beside one that is declared", async () => {
    await run(() => [Feature.get("existing", "feat_1"), Feature.get("again", "feat_1"), new Feature("single", sso)]);
    assert.equal(lastRegistered().filter(({ type }) => type.endsWith(":Feature")).length, 3);
  });
});

describe("A ProductFeature in a program", () => {
  it("is registered with the product and the feature's id", async () => {
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

  it("that exists is read by its product and its id", async () => {
    const attached = await run(() => ProductFeature.get("existing", "prodft_1", { product: "prod_1" }));
    assert.equal(await unwrap(attached.id), "prodft_1");
    assert.deepEqual(inputsOf("existing"), { product: "prod_1" });
  });
});

describe("The import option", () => {
  const programs = {
    Feature: () => new Feature("single", sso, { import: "feat_1" }),
    ProductFeature: () =>
      new ProductFeature("single", { product: "prod_1", entitlementFeature: "feat_1" }, { import: "prodft_1" }),
  };
  for (const [resource, program] of Object.entries<() => unknown>(programs)) {
    it(`is refused for a ${resource}, with what to do instead, and nothing is registered`, async () => {
      const error = await rejection(run(program));
      assert(pulumi.RunError.isInstance(error), error.stack);
      assert(error.message.startsWith(`${resource} "single": the \`import\` option cannot work`), error.message);
      assert.match(error.message, /pulumi import --file/);
      assert(!lastRegistered().some(({ name }) => name === "single"));
    });
  }
});

describe("The deletedWith option of a ProductFeature", () => {
  it("is refused for a Feature, whose end detaches nothing, and allowed for others", async () => {
    const pair = { product: "prod_1", entitlementFeature: "feat_1" };
    const error = await rejection(
      run(() => new ProductFeature("attached", pair, { deletedWith: new Feature("single", sso) })),
    );
    assert(pulumi.RunError.isInstance(error), error.stack);
    assert.match(error.message, /^ProductFeature "attached": deletedWith cannot be a Feature\. .*take the option off/);
    assert(!lastRegistered().some(({ name }) => name === "attached"));
    await run(() => new ProductFeature("attached", pair, { deletedWith: new ProductFeature("other", pair) }));
  });
});

describe("Two features with one lookup key in one program", () => {
  const twice = (first: FeatureArgs["lookupKey"], second: FeatureArgs["lookupKey"]) => () => {
    new Feature("first", { ...sso, lookupKey: first });
    new Feature("second", { ...sso, lookupKey: second });
  };

  it("are refused where both keys are plain, naming both, before anything is registered", async () => {
    const error = await rejection(run(twice("sso", "sso")));
    assert(pulumi.RunError.isInstance(error), error.stack);
    assert.match(error.message, /^Feature "second": its lookupKey "sso" is that of Feature "first" already/);
    assert(!lastRegistered().some(({ name }) => name === "second"));
  });

  it("are fine where the keys differ, if only in their letters", async () => {
    await run(twice("sso", "SSO"));
    assert.equal(lastRegistered().filter(({ type }) => type.endsWith(":Feature")).length, 2);
  });

  it("are fine in two runs of one process", async () => {
    await run(() => new Feature("first", sso));
    await run(() => new Feature("second", sso));
    assert.deepEqual(inputsOf("second")["lookupKey"], "sso");
  });
});
