import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { startEmulator } from "../../../emulator";
import {
  Feature,
  getFeature,
  getFeatureOutput,
  listActiveEntitlementsOutput,
  listFeatures,
  listProductFeatures,
  listProducts,
  ProductFeature,
} from "../../../provider/index";
import { withEnvironment } from "../../support/environment";
import { rejection } from "../../support/rejection";

interface Called {
  readonly token: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

let called: Called[] = [];
let registered: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {};

/** Sets mocks as the author of a program does: results of functions, and states of resources. */
function mockPulumi({ preview = false } = {}): void {
  called = [];
  registered = {};
  pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => {
        registered = { ...registered, [name]: inputs };
        // At preview the id of a new resource is unknown.
        return { id: preview ? undefined : `${name}-id`, state: inputs };
      },
      call: ({ token, inputs }) => {
        called.push({ token, inputs });
        switch (token) {
          case "stripe-entitlements:index:getFeature":
            return { id: `feat_${inputs["lookupKey"]}`, name: "A feature", ...inputs };
          case "stripe-entitlements:index:listProducts":
            return { products: [{ id: "prod_team", name: "Team", metadata: { plan: "team" } }] };
          default:
            return {};
        }
      },
    },
    "shop",
    "production",
    preview,
  );
}

/** Runs a program to its end, as Pulumi does. */
async function run<T>(program: () => Promise<T>, options?: { readonly preview: boolean }): Promise<T | undefined> {
  mockPulumi(options);
  let result: T | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    result = await program();
    return {};
  });
  await pulumi.runtime.disconnect();
  return result;
}

/** Returns the value of an output. Undefined when it is unknown. */
const knownValue = <T>(value: pulumi.Output<T> | undefined) =>
  new Promise<T | undefined>((resolve, reject) => {
    // The SDK has no public function that tells an unknown output from a pending one.
    const { isKnown } = value as unknown as { readonly isKnown: Promise<boolean> };
    isKnown.then((known) => (known ? value?.apply(resolve) : resolve(undefined)), reject);
  });

describe("A function under mocks", () => {
  it("returns what the mocks return for its token, and sends nothing", async () => {
    await using emulator = await startEmulator();
    using _ = withEnvironment({ STRIPE_API_KEY: emulator.apiKey, STRIPE_API_BASE: emulator.url });
    await run(async () => {
      const { products } = await listProducts({ active: true });
      const team = products.find(({ metadata }) => metadata["plan"] === "team");
      const sso = await getFeature({ lookupKey: "sso" });
      new ProductFeature("team-sso", { product: team?.id ?? "", entitlementFeature: sso.id });
      await listFeatures();
      await listProductFeatures({ product: "prod_team" });
    });
    assert.equal(registered["team-sso"]?.["product"], "prod_team");
    assert.equal(registered["team-sso"]?.["entitlementFeature"], "feat_sso");
    assert.deepEqual(called, [
      { token: "stripe-entitlements:index:listProducts", inputs: { active: true } },
      { token: "stripe-entitlements:index:getFeature", inputs: { lookupKey: "sso" } },
      { token: "stripe-entitlements:index:listFeatures", inputs: {} },
      { token: "stripe-entitlements:index:listProductFeatures", inputs: { product: "prod_team" } },
    ]);
    assert.equal(emulator.requests.count(), 0);
  });

  it("needs neither a mock nor a key in a program that does not call it", async () => {
    using _ = withEnvironment({ STRIPE_API_KEY: undefined });
    await run(async () => new Feature("sso", { lookupKey: "sso", name: "Single sign-on" }));
    assert.deepEqual(called, []);
  });
});

describe("The output form of a function", () => {
  const feature = () => new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });

  it("accepts outputs, and returns an output", async () => {
    const found = await run(async () => getFeatureOutput({ lookupKey: pulumi.output("sso") }));
    assert.equal((await knownValue(found))?.id, "feat_sso");
    assert.equal(await knownValue(found?.name), "A feature");
  });

  it("accepts the id of a resource that the program declares", async () => {
    const found = await run(async () => getFeatureOutput({ id: feature().id }));
    assert.equal((await knownValue(found))?.id, "sso-id");
  });

  it("is unknown at preview, and calls nothing, while an argument is unknown", async () => {
    const found = await run(async () => getFeatureOutput({ id: feature().id }), { preview: true });
    assert.equal(await knownValue(found), undefined);
    assert.deepEqual(called, []);
  });

  it("is unknown at preview while the resource of a known argument does not exist", async () => {
    const found = await run(async () => getFeatureOutput({ lookupKey: feature().lookupKey }), { preview: true });
    assert.equal(await knownValue(found), undefined);
    assert.deepEqual(called, []);
  });

  for (const [what, dependsOn] of Object.entries<() => pulumi.InvokeOutputOptions["dependsOn"]>({
    "a resource": feature,
    "a list of resources": () => [feature()],
    "an output of a resource": () => pulumi.output(feature()),
    "a component with a child": () => {
      const component = new pulumi.ComponentResource("shop:index:Plans", "plans");
      new Feature("sso", { lookupKey: "sso", name: "Single sign-on" }, { parent: component });
      return component;
    },
  })) {
    it(`waits for its dependency, ${what}`, async () => {
      const program = async () => listActiveEntitlementsOutput({ customer: "cus_1" }, { dependsOn: dependsOn() ?? [] });
      assert.equal(await knownValue(await run(program, { preview: true })), undefined);
      assert.deepEqual(called, []);
      assert.deepEqual(await knownValue(await run(program)), {});
      assert.deepEqual(called, [
        { token: "stripe-entitlements:index:listActiveEntitlements", inputs: { customer: "cus_1" } },
      ]);
    });
  }

  it("is known at preview when its arguments are known and come from no resource", async () => {
    const found = await run(async () => getFeatureOutput({ lookupKey: "sso" }), { preview: true });
    assert.equal((await knownValue(found))?.id, "feat_sso");
  });

  it("is secret when an argument is secret", async () => {
    const found = await run(async () => getFeatureOutput({ lookupKey: pulumi.secret("sso") }));
    assert.equal(await pulumi.isSecret(found as pulumi.Output<unknown>), true);
  });
});

describe("A function outside an engine", () => {
  it("rejects with how to run the program", async () => {
    pulumi.runtime.resetOptions("", "", -1, "", "", false, "");
    const error = await rejection(getFeature({ lookupKey: "sso" }));
    assert.match(error.message, /^getFeature: the program does not run in a Pulumi engine\nRun it with `pulumi`/);
  });
});
