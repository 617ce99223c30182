import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../emulator";
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

/** Runs the program against an emulator, after `prepare` has used its Dashboard. */
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
  it("finds a feature by its lookup key with one request, and returns its marker as the owner", async () => {
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

  it("finds a feature by its id with one request, without an owner when it has no marker", async () => {
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

  it("finds an archived feature by its id, but only the active one by the lookup key", async () => {
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

  it("reads 250 features requested at the same time from one list of three pages", async () => {
    const keys = Array.from({ length: 250 }, (_, n) => `key-${n}`);
    const { result, requests } = await run(
      (dashboard) => {
        for (const lookupKey of keys) dashboard.createFeature({ lookupKey, name: lookupKey });
      },
      async () => {
        const found = await Promise.all(keys.map((lookupKey) => getFeature({ lookupKey })));
        // The list is known now.
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

  it("sends one request for repeated calls, and returns a new object to each caller", async () => {
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
  it("lists the active features, or the archived ones", async () => {
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
  it("lists the features that are attached to a product", async () => {
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

  it("sends one request per product, also when one is requested twice", async () => {
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
  it("lists the features that a customer may use, from more than one page", async () => {
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
  it("lists the products with their metadata, all or only the active or archived ones", async () => {
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
