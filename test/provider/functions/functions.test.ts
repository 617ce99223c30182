import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../emulator/index";
import {
  getFeature,
  listActiveEntitlements,
  listFeatures,
  listProductFeatures,
  listProducts,
} from "../../../provider/index";
import { createProduct } from "../../support/products";
import { configFor, inRun } from "../../support/program-run";

const requestsOf = (emulator: Emulator) => emulator.requests.entries.map(({ method, path }) => `${method} ${path}`);

/** Runs the program against an emulator in which `prepare` has clicked. */
async function run<T>(
  prepare: (dashboard: Emulator["sandbox"]["dashboard"]) => void,
  program: () => Promise<T>,
): Promise<{ result: T; requests: string[] }> {
  await using emulator = await startEmulator();
  prepare(emulator.sandbox.dashboard);
  const result = await inRun(configFor(emulator), program);
  return { result, requests: requestsOf(emulator) };
}

const sso = { lookupKey: "sso", name: "Single sign-on" };

describe("getFeature", () => {
  it("finds a feature by its lookup key with one request, and shows its owner instead of the marker", async () => {
    const metadata = { team: "identity", pulumi_owner: "plans/live/sso" };
    const { result, requests } = await run(
      (dashboard) => dashboard.createFeature({ ...sso, metadata }),
      () => getFeature({ lookupKey: "sso" }),
    );
    const { id, ...rest } = result;
    assert.match(id, /^feat_/);
    assert.deepEqual(rest, {
      ...sso,
      metadata: { team: "identity" },
      owner: "plans/live/sso",
      active: true,
      livemode: false,
    });
    assert.deepEqual(requests, ["GET /v1/entitlements/features"]);
  });

  it("finds a feature by its id with one request, without an owner where nothing manages it", async () => {
    let id = "";
    const { result, requests } = await run(
      (dashboard) => {
        id = dashboard.createFeature(sso).id;
      },
      () => getFeature({ id }),
    );
    assert.deepEqual(result, { id, ...sso, metadata: {}, active: true, livemode: false });
    assert.deepEqual(requests, [`GET /v1/entitlements/features/${id}`]);
  });

  it("finds an archived feature by its id, and by its lookup key only the one that has it now", async () => {
    let archived = "";
    let active = "";
    const { result } = await run(
      (dashboard) => {
        archived = dashboard.createFeature(sso).id;
        dashboard.archiveFeature(archived);
        active = dashboard.createFeature(sso).id;
      },
      () => Promise.all([getFeature({ id: archived }), getFeature({ lookupKey: "sso" })]),
    );
    assert.deepEqual(
      result.map(({ id, active }) => [id, active]),
      [
        [archived, false],
        [active, true],
      ],
    );
  });

  it("reads 250 features that are asked for together as one list of three pages", async () => {
    const keys = Array.from({ length: 250 }, (_, n) => `key-${n}`);
    const { result, requests } = await run(
      (dashboard) => {
        for (const lookupKey of keys) dashboard.createFeature({ lookupKey, name: lookupKey });
      },
      async () => {
        const found = await Promise.all(keys.map((lookupKey) => getFeature({ lookupKey })));
        // By then the list is there.
        const again = await Promise.all(found.map(({ id }) => getFeature({ id })));
        assert.deepEqual(again, found);
        return found;
      },
    );
    assert.deepEqual(
      result.map(({ lookupKey }) => lookupKey),
      keys,
    );
    assert.deepEqual(requests, Array(3).fill("GET /v1/entitlements/features"));
  });

  it("asks the same question once, also when it comes again later, and gives each caller a result of its own", async () => {
    const { result, requests } = await run(
      (dashboard) => dashboard.createFeature({ ...sso, metadata: { team: "identity" } }),
      async () => {
        const [first, second] = await Promise.all([getFeature({ lookupKey: "sso" }), getFeature({ lookupKey: "sso" })]);
        Object.assign(first.metadata, { team: "changed" });
        Object.assign(first, { name: "changed" });
        return [second, await getFeature({ lookupKey: "sso" })];
      },
    );
    for (const { name, metadata } of result) {
      assert.deepEqual([name, metadata], ["Single sign-on", { team: "identity" }]);
    }
    assert.deepEqual(requests, ["GET /v1/entitlements/features"]);
  });
});

describe("listFeatures", () => {
  it("lists the active features, and the archived ones where they are asked for", async () => {
    const { result, requests } = await run(
      (dashboard) => {
        dashboard.archiveFeature(dashboard.createFeature(sso).id);
        dashboard.createFeature({ lookupKey: "api", name: "API" });
      },
      async () => [
        await listFeatures(),
        await listFeatures({ archived: false }),
        await listFeatures({ archived: true }),
      ],
    );
    assert.deepEqual(
      result.map(({ features }) => features.map(({ lookupKey, active }) => [lookupKey, active])),
      [[["api", true]], [["api", true]], [["sso", false]]],
    );
    assert.equal(requests.length, 2);
  });

  it("shares its list with getFeature", async () => {
    const { requests } = await run(
      (dashboard) => dashboard.createFeature(sso),
      async () => {
        const { features } = await listFeatures();
        assert.deepEqual([await getFeature({ lookupKey: "sso" })], features);
      },
    );
    assert.equal(requests.length, 1);
  });
});

describe("listProductFeatures", () => {
  it("lists what is attached to a product", async () => {
    const feature = { id: "", attachment: "" };
    const { result } = await run(
      (dashboard) => {
        dashboard.createProduct({ id: "prod_team", name: "Team" });
        feature.id = dashboard.createFeature(sso).id;
        feature.attachment = dashboard.attach("prod_team", feature.id).id;
      },
      () => listProductFeatures({ product: "prod_team" }),
    );
    assert.deepEqual(result, {
      product: "prod_team",
      productFeatures: [
        {
          id: feature.attachment,
          product: "prod_team",
          entitlementFeature: feature.id,
          lookupKey: "sso",
          livemode: false,
        },
      ],
    });
  });

  it("asks for two products twice, and for one of them once", async () => {
    const { requests } = await run(
      (dashboard) => {
        for (const id of ["prod_a", "prod_b"]) dashboard.createProduct({ id, name: id });
      },
      () => Promise.all(["prod_a", "prod_b", "prod_a"].map((product) => listProductFeatures({ product }))),
    );
    assert.deepEqual(requests.sort(), ["GET /v1/products/prod_a/features", "GET /v1/products/prod_b/features"]);
  });
});

describe("listActiveEntitlements", () => {
  it("lists what a customer is entitled to, more than one page of it", async () => {
    const keys = Array.from({ length: 120 }, (_, n) => `key-${n}`);
    const { result, requests } = await run(
      (dashboard) => {
        dashboard.createProduct({ id: "prod_team", name: "Team" });
        for (const lookupKey of keys) {
          dashboard.attach("prod_team", dashboard.createFeature({ lookupKey, name: lookupKey }).id);
        }
        dashboard.createCustomer({ id: "cus_1", products: ["prod_team"] });
      },
      () => listActiveEntitlements({ customer: "cus_1" }),
    );
    assert.equal(result.customer, "cus_1");
    assert.deepEqual(result.activeEntitlements.map(({ lookupKey }) => lookupKey).sort(), [...keys].sort());
    const [first] = result.activeEntitlements;
    assert.deepEqual(Object.keys(first ?? {}), ["id", "lookupKey", "feature", "livemode"]);
    assert.match(first?.id ?? "", /^ent_/);
    assert.match(first?.feature ?? "", /^feat_/);
    assert.equal(requests.length, 2);
  });
});

describe("listProducts", () => {
  it("lists the products with their metadata, or only the active ones, or the archived", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    dashboard.createProduct({ id: "prod_old", name: "Old", active: false });
    await createProduct(emulator, { id: "prod_team", name: "Team", "metadata[plan]": "team" });
    const [all, active, archived] = await inRun(configFor(emulator), () =>
      Promise.all([listProducts(), listProducts({ active: true }), listProducts({ active: false })]),
    );
    assert.deepEqual(active?.products, [
      { id: "prod_team", name: "Team", active: true, metadata: { plan: "team" }, livemode: false },
    ]);
    assert.deepEqual(
      [all, archived].map((listed) => listed?.products.map(({ id }) => id).sort()),
      [["prod_old", "prod_team"], ["prod_old"]],
    );
  });
});
