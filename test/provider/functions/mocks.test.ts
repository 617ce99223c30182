import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { startEmulator } from "../../../emulator/index";
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

/** As a user writes it for a program of their own: what the functions answer, and what the resources become. */
function mockPulumi({ preview = false } = {}): void {
  called = [];
  registered = {};
  pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => {
        registered = { ...registered, [name]: inputs };
        // What a new resource will be is not known at preview.
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

/** Runs a program as Pulumi does, to its end. */
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

/** What an output holds; undefined while it is unknown. */
const knownValue = <T>(value: pulumi.Output<T> | undefined) =>
  new Promise<T | undefined>((resolve, reject) => {
    // As a test of the SDK's own: nothing public tells an unknown output from one that is yet to come.
    const { isKnown } = value as unknown as { readonly isKnown: Promise<boolean> };
    isKnown.then((known) => (known ? value?.apply(resolve) : resolve(undefined)), reject);
  });

describe("A program with functions, in a unit test with mocks", () => {
  it("is answered by the mocks, by each function's token, and sends nothing", async () => {
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

  it("needs no key, and no mock of a call that it does not make", async () => {
    using _ = withEnvironment({ STRIPE_API_KEY: undefined });
    await run(async () => new Feature("sso", { lookupKey: "sso", name: "Single sign-on" }));
    assert.deepEqual(called, []);
  });
});

describe("The Output form of a function", () => {
  const feature = () => new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });

  it("takes outputs, and gives an output", async () => {
    const found = await run(async () => getFeatureOutput({ lookupKey: pulumi.output("sso") }));
    assert.equal((await knownValue(found))?.id, "feat_sso");
    assert.equal(await knownValue(found?.name), "A feature");
  });

  it("takes the id of what the program makes", async () => {
    const found = await run(async () => getFeatureOutput({ id: feature().id }));
    assert.equal((await knownValue(found))?.id, "sso-id");
  });

  it("is unknown at preview, and asks nothing, while an argument is unknown", async () => {
    const found = await run(async () => getFeatureOutput({ id: feature().id }), { preview: true });
    assert.equal(await knownValue(found), undefined);
    assert.deepEqual(called, []);
  });

  it("is unknown at preview while the resource of a known argument is not there", async () => {
    const found = await run(async () => getFeatureOutput({ lookupKey: feature().lookupKey }), { preview: true });
    assert.equal(await knownValue(found), undefined);
    assert.deepEqual(called, []);
  });

  for (const [what, dependsOn] of Object.entries<() => pulumi.InvokeOutputOptions["dependsOn"]>({
    "a resource": feature,
    "a list of resources": () => [feature()],
    "an output of a resource": () => pulumi.output(feature()),
    "a component, which stands for its children": () => {
      const component = new pulumi.ComponentResource("shop:index:Plans", "plans");
      new Feature("sso", { lookupKey: "sso", name: "Single sign-on" }, { parent: component });
      return component;
    },
  })) {
    it(`waits for what it depends on: ${what}`, async () => {
      const program = async () => listActiveEntitlementsOutput({ customer: "cus_1" }, { dependsOn: dependsOn() ?? [] });
      assert.equal(await knownValue(await run(program, { preview: true })), undefined);
      assert.deepEqual(called, []);
      assert.deepEqual(await knownValue(await run(program)), {});
      assert.deepEqual(called, [
        { token: "stripe-entitlements:index:listActiveEntitlements", inputs: { customer: "cus_1" } },
      ]);
    });
  }

  it("is asked at preview where all it needs is there", async () => {
    const found = await run(async () => getFeatureOutput({ lookupKey: "sso" }), { preview: true });
    assert.equal((await knownValue(found))?.id, "feat_sso");
  });

  it("is secret where an argument is", async () => {
    const found = await run(async () => getFeatureOutput({ lookupKey: pulumi.secret("sso") }));
    assert.equal(await pulumi.isSecret(found as pulumi.Output<unknown>), true);
  });
});

describe("A function outside of any run", () => {
  it("says that there is no engine", async () => {
    pulumi.runtime.resetOptions("", "", -1, "", "", false, "");
    const error = await rejection(getFeature({ lookupKey: "sso" }));
    assert.match(error.message, /^getFeature: there is no Pulumi engine\./);
  });
});
