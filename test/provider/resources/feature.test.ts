import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { check } from "../../../provider/dynamic/feature";
import { Feature, type FeatureArgs, ProductFeature } from "../../../provider/index";
import { inputsOf, lastRegistered, run, unwrap } from "../../support/mocked-program";
import { rejection } from "../../support/rejection";
import { runWithTransforms } from "./transforms";

const sso: FeatureArgs = { lookupKey: "sso", name: "Single sign-on" };
const providerText = "exports.handler = () => require('pulumi-stripe-entitlements/dynamic/feature')";
const featuresRegistered = () => lastRegistered().filter(({ type }) => type.endsWith(":Feature"));

describe("new Feature", () => {
  it("registers the declared properties and the owner", async () => {
    await run(() => new Feature("single", { ...sso, metadata: { team: "identity" } }));
    assert.deepEqual(inputsOf("single"), {
      ...sso,
      metadata: { team: "identity" },
      owner: "shop/production/single",
    });
    const type = lastRegistered().find(({ name }) => name === "single")?.type;
    assert.equal(type, "pulumi-nodejs:dynamic/stripe-entitlements:Feature");
  });

  it("registers no metadata when none is declared", async () => {
    await run(() => new Feature("single", sso));
    assert.deepEqual(inputsOf("single"), { ...sso, owner: "shop/production/single" });
  });

  it("accepts outputs and promises for every argument", async () => {
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

  it("has an output for each property", async () => {
    const feature = await run(() => new Feature("single", { ...sso, metadata: { team: "identity" } }));
    assert.equal(await unwrap(feature.id), "feat_single");
    assert.equal(await unwrap(feature.lookupKey), "sso");
    assert.equal(await unwrap(feature.name), "Single sign-on");
    assert.deepEqual(await unwrap(feature.metadata), { team: "identity" });
    assert.equal(await unwrap(feature.active), true);
    assert.equal(await unwrap(feature.livemode), false);
  });

  it("has the output active as a property, before and after it is read", async () => {
    const feature = await run(() => new Feature("single", sso));
    assert.ok(Object.keys(feature).includes("active"));
    const { active } = feature;
    assert.equal(feature.active, active);
    // Pulumi serializes a value, and no getter, where a function captures the output.
    assert.equal(Object.getOwnPropertyDescriptor(feature, "active")?.value, active);
    assert.deepEqual([...(await resourcesOf(active))], [feature]);
  });

  it("has an output for metadata that is not declared", async () => {
    const feature = await run(() => new Feature("single", sso));
    assert.ok(pulumi.Output.isInstance(feature.metadata));
  });

  it("shows mocks the same constant provider text for every feature", async () => {
    await run(() => ["a", "b"].map((lookupKey) => new Feature(lookupKey, { ...sso, lookupKey })));
    const texts = featuresRegistered().map(({ inputs }) => inputs["__provider"]);
    assert.deepEqual(texts, [providerText, providerText]);
  });

  it("rejects a __provider property and registers nothing", async () => {
    const args = { ...sso, __provider: "exports.handler = () => ({})" };
    const error = await rejection(run(() => new Feature("single", args)));
    assert.ok(pulumi.RunError.isInstance(error), error.stack);
    assert.match(error.message, /^Feature "single": the property __provider is reserved/);
    assert.deepEqual(featuresRegistered(), []);
  });

  it("lets transforms see and change its properties", async () => {
    const seen: Record<string, unknown>[] = [];
    const rename: pulumi.ResourceTransform = ({ props, opts }) => {
      seen.push(props);
      return { props: { ...props, name: "Renamed" }, opts };
    };
    const feature = await runWithTransforms(() => new Feature("single", sso, { transforms: [rename] }));
    assert.deepEqual(seen, [{ ...sso, owner: "shop/production/single", __provider: providerText }]);
    assert.equal(await unwrap(feature.name), "Renamed");
    assert.equal(await unwrap(feature.lookupKey), "sso");
  });

  it("passes an unknown property to the provider's check, which rejects it", async () => {
    // A key of its own: the provider's module remembers the declarations of this process.
    const args = { ...sso, lookupKey: "unknown-property", lookup_key: "sso" };
    await run(() => new Feature("single", args));
    const inputs = inputsOf("single");
    assert.equal(inputs["lookup_key"], "sso");
    process.env["STRIPE_API_KEY"] ??= "sk_test_feature";
    assert.deepEqual((await check({}, inputs)).failures, [
      { property: "lookup_key", reason: "is not a property of this resource" },
    ]);
  });
});

describe("new Feature with a lookup key that is declared twice", () => {
  const twice = (first: FeatureArgs["lookupKey"], second: FeatureArgs["lookupKey"]) => () => {
    new Feature("first", { ...sso, lookupKey: first });
    new Feature("second", { ...sso, lookupKey: second });
  };

  it("rejects the second feature, names both and does not register it", async () => {
    const error = await rejection(run(twice("sso", "sso")));
    assert.ok(pulumi.RunError.isInstance(error), error.stack);
    assert.match(error.message, /^Feature "second": Feature "first" already declares the lookupKey "sso"/);
    assert.ok(!lastRegistered().some(({ name }) => name === "second"));
  });

  it("accepts keys that differ only in case", async () => {
    await run(twice("sso", "SSO"));
    assert.equal(featuresRegistered().length, 2);
  });

  it("accepts both if the first keeps the key of its state with ignoreChanges", async () => {
    await run(() => {
      new Feature("first", sso, { ignoreChanges: ["lookupKey"] });
      new Feature("second", sso);
    });
    assert.equal(featuresRegistered().length, 2);
  });

  const otherKey = ({ props, opts }: { props: object; opts: object }) => ({
    props: { ...props, lookupKey: "x" },
    opts,
  });
  const transformed: Readonly<Record<string, () => pulumi.CustomResourceOptions>> = {
    "a transform": () => ({ transforms: [otherKey] }),
    "a transformation": () => ({ transformations: [otherKey] }),
    "a transform of its parent": () => ({
      parent: new pulumi.ComponentResource("acme:index:Plan", "plan", {}, { transforms: [otherKey] }),
    }),
    "a transformation of its parent": () => ({
      parent: new pulumi.ComponentResource("acme:index:Plan", "plan", {}, { transformations: [otherKey] }),
    }),
  };
  for (const [what, options] of Object.entries(transformed)) {
    it(`accepts both if ${what} may change the key of the first`, async () => {
      await run(() => {
        new Feature("first", sso, options());
        new Feature("second", sso);
      });
      assert.equal(featuresRegistered().length, 2);
    });
  }

  it("accepts the same key in two runs of one process", async () => {
    await run(() => new Feature("first", sso));
    await run(() => new Feature("second", sso));
    assert.equal(inputsOf("second")["lookupKey"], "sso");
  });
});

describe("new Feature with a text that Pulumi's SDK cannot send", () => {
  for (const key of ["toString", "valueOf", "constructor", "hasOwnProperty", "then"]) {
    it(`registers the metadata key ${key}`, async () => {
      const feature = await run(() => new Feature("single", { ...sso, metadata: { [key]: "x", team: "identity" } }));
      assert.deepEqual(inputsOf("single")["metadata"], { [key]: "x", team: "identity" });
      assert.deepEqual(await unwrap(feature.metadata), { [key]: "x", team: "identity" });
    });
  }

  const half = "😀".slice(0, 1);
  const wrong: readonly (readonly [string, Partial<FeatureArgs>])[] = [
    ["lookupKey", { lookupKey: half }],
    ["name", { name: `X${half}` }],
    ["metadata", { metadata: { team: half } }],
    ["metadata", { metadata: { [half]: "identity" } }],
  ];
  for (const [index, [property, args]] of wrong.entries()) {
    it(`rejects half of a character in ${property}, case ${index}, and registers nothing`, async () => {
      const error = await rejection(run(() => new Feature("single", { ...sso, ...args })));
      assert.ok(pulumi.RunError.isInstance(error), error.stack);
      assert.match(error.message, new RegExp(`^Feature "single": ${property} must not contain half of a character`));
      assert.deepEqual(featuresRegistered(), []);
    });
  }

  const outputs: Readonly<Record<string, Partial<FeatureArgs>>> = {
    "an output": { name: pulumi.output(half) },
    "an output inside of metadata": { metadata: { team: pulumi.output(half) } },
    "a promise": { metadata: Promise.resolve({ team: half }) },
  };
  for (const [what, args] of Object.entries(outputs)) {
    it(`does not register a feature with half of a character in ${what}`, async () => {
      await run(() => new Feature("single", { ...sso, ...args }));
      assert.deepEqual(featuresRegistered(), []);
    });
  }
});

describe("new Feature with the option import", () => {
  it("throws with an alternative and registers nothing", async () => {
    const error = await rejection(run(() => new Feature("single", sso, { import: "feat_1" })));
    assert.ok(pulumi.RunError.isInstance(error), error.stack);
    assert.match(error.message, /^Feature "single": the option `import` does not work/);
    assert.match(error.message, /pulumi import --file/);
    assert.deepEqual(featuresRegistered(), []);
  });
});

describe("Feature.get", () => {
  it("reads a feature by its id and registers no inputs", async () => {
    const feature = await run(() => Feature.get("existing", "feat_1"));
    assert.equal(await unwrap(feature.id), "feat_1");
    assert.deepEqual(inputsOf("existing"), {});
    assert.equal(lastRegistered().find(({ name }) => name === "existing")?.id, "feat_1");
  });

  it("reads a feature twice, beside one that is declared", async () => {
    await run(() => [Feature.get("existing", "feat_1"), Feature.get("again", "feat_1"), new Feature("single", sso)]);
    assert.equal(featuresRegistered().length, 3);
  });
});

describe("Feature.isInstance", () => {
  it("accepts a Feature and rejects everything else", async () => {
    const [feature, attachment] = await run(() => [
      new Feature("single", sso),
      new ProductFeature("attached", { product: "prod_1", entitlementFeature: "feat_1" }),
    ]);
    assert.ok(Feature.isInstance(feature));
    for (const other of [attachment, undefined, null, {}, "Feature", { __pulumiType: "x" }]) {
      assert.ok(!Feature.isInstance(other));
    }
  });

  it("describes a CustomResource that is not an instance of dynamic.Resource", async () => {
    const feature = await run(() => new Feature("single", sso));
    assert.ok(pulumi.CustomResource.isInstance(feature));
    assert.ok(feature instanceof pulumi.CustomResource);
    assert.ok(!(feature instanceof pulumi.dynamic.Resource));
  });
});

/** Returns the resources that an output depends on, which the SDK does not declare in its types. */
function resourcesOf(output: pulumi.Output<unknown>): Promise<ReadonlySet<pulumi.Resource>> {
  return (output as unknown as { allResources(): Promise<ReadonlySet<pulumi.Resource>> }).allResources();
}
