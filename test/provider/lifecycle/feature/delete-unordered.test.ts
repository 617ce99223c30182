import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import type { ProductFeatureState } from "../../../../provider/lifecycle/product-feature/state";
import { declareFeature, declarePair } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";

const archive = "POST /v1/entitlements/features/:id";
const detach = "DELETE /v1/products/:product/features/:id";

/** Declares features, and attaches them in turn to new products. */
async function declareMany(
  env: TestEnvironment,
  features: number,
  attachments: number,
  inputs: Partial<FeatureInputs>,
) {
  const declare = (n: number) => declareFeature(env.context, { lookupKey: `key-${n}`, name: "F", ...inputs });
  const declared = await Promise.all(Array.from({ length: features }, (_, n) => declare(n)));
  const attach = (n: number) => {
    const product = env.dashboard.createProduct({ name: `Product ${n}` }).id;
    const entitlementFeature = declared[n % features]?.id ?? "";
    return declarePair(env.context, { product, entitlementFeature });
  };
  const attached = await Promise.all(Array.from({ length: attachments }, (_, n) => attach(n)));
  env.emulator.requests.clear();
  return { features: declared, attachments: attached };
}

type Declared = Awaited<ReturnType<typeof declareMany>>;

/** Deletes all features and then all attachments, as an engine does that knows no order of them. */
function deleteFeaturesFirst(context: TestContext, { features, attachments }: Declared, workers: number) {
  const worker = pLimit(workers);
  return Promise.allSettled([
    ...features.map(({ id, outs }) => worker(() => feature.delete(context, id, outs))),
    ...attachments.map(({ id, outs }) => worker(() => productFeature.delete(context, id, outs))),
  ]);
}

const failuresOf = (outcomes: readonly PromiseSettledResult<void>[]) =>
  outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as Error] : []));

function assertAllDeleted({ dashboard }: TestEnvironment) {
  assert.deepEqual(dashboard.features({ archived: false }), []);
  for (const { id } of dashboard.products()) assert.deepEqual(dashboard.productFeatures(id), []);
}

/** Returns a list that receives how many products carry a feature at the moment it is archived. */
function recordCarriersAtArchive({ emulator, dashboard }: TestEnvironment): readonly number[] {
  const carriers: number[] = [];
  emulator.requests.onRequest(({ method, path }) => {
    const attached = dashboard.products().flatMap(({ id }) => dashboard.productFeatures(id));
    const isCarried = (attachment: (typeof attached)[0]) => path.endsWith(attachment.entitlement_feature.id);
    if (method === "POST") carriers.push(attached.filter(isCarried).length);
  });
  return carriers;
}

describe("Deleting features and their attachments without an order", () => {
  for (const archiveWhileAttached of [false, true]) {
    it(`archives after the detaches, with archiveWhileAttached: ${archiveWhileAttached}`, async () => {
      await using env = await setup();
      const declared = await declareMany(env, 3, 5, { archiveWhileAttached });
      env.emulator.faults.add({ kind: "latency", ms: 100, method: "DELETE" });
      const carriers = recordCarriersAtArchive(env);
      assert.deepEqual(failuresOf(await deleteFeaturesFirst(env.createContext(), declared, 8)), []);
      assertAllDeleted(env);
      assert.deepEqual(carriers, [0, 0, 0]);
    });
  }

  it("waits for a detach that the engine sends a moment later", async () => {
    await using env = await setup();
    const { features, attachments } = await declareMany(env, 1, 1, {});
    const context = env.createContext();
    const scanned = new Promise<void>((resolve) => {
      env.emulator.requests.onRequest(({ route }) => route === "/v1/products/:product/features" && resolve());
    });
    const archived = Promise.all(features.map(({ id, outs }) => feature.delete(context, id, outs)));
    await Promise.race([archived, scanned.then(() => sleep(100))]);
    await Promise.all([archived, ...attachments.map(({ id, outs }) => productFeature.delete(context, id, outs))]);
    assertAllDeleted(env);
  });

  it("waits also for an imported attachment, whose state does not name its feature", async () => {
    await using env = await setup();
    const { features, attachments } = await declareMany(env, 1, 1, {});
    const imported = attachments.map(({ id, outs: { product } }) => ({ id, outs: { product } as ProductFeatureState }));
    env.emulator.faults.add({ kind: "latency", ms: 100, method: "DELETE" });
    const outcomes = await deleteFeaturesFirst(env.createContext(), { features, attachments: imported }, 8);
    assert.deepEqual(failuresOf(outcomes), []);
    assertAllDeleted(env);
  });

  it("counts the detaches that start while the products are scanned", async () => {
    await using env = await setup();
    const { features, attachments } = await declareMany(env, 1, 2, {});
    const context = env.createContext();
    env.emulator.faults.add({ kind: "latency", ms: 100, route: "/v1/products/:product/features", times: 2 });
    env.emulator.faults.add({ kind: "latency", ms: 200, method: "DELETE" });
    const archived = deleteFeaturesFirst(context, { features, attachments: [] }, 8);
    await sleep(50);
    const detached = deleteFeaturesFirst(context, { features: [], attachments }, 8);
    assert.deepEqual([...failuresOf(await archived), ...failuresOf(await detached)], []);
    assertAllDeleted(env);
  });

  it("waits only for the detaches of the same feature", async () => {
    await using env = await setup();
    const { features, attachments } = await declareMany(env, 2, 1, {});
    env.emulator.faults.add({ kind: "latency", ms: 300, method: "DELETE" });
    assert.deepEqual(failuresOf(await deleteFeaturesFirst(env.createContext(), { features, attachments }, 8)), []);
    const writes = env.requests.filter((request) => !request.startsWith("GET "));
    assert.deepEqual(writes, [archive, detach, archive]);
  });

  it("rejects if a detach fails while the feature waits for it", async () => {
    await using env = await setup();
    const declared = await declareMany(env, 1, 2, {});
    env.emulator.faults.add({ kind: "latency", ms: 50, method: "DELETE" });
    env.emulator.faults.add({ kind: "status", status: 400, message: "Not now.", method: "DELETE", times: 1 });
    const [ofFeature, ofDetach, ...others] = failuresOf(await deleteFeaturesFirst(env.createContext(), declared, 8));
    assert.deepEqual(others, []);
    assert.match(ofFeature?.message ?? "", /not archived, because it is still attached to prod_\w+ "Product \d",/);
    assert.match(ofDetach?.message ?? "", /Not now\./);
    assert.equal(env.dashboard.features({ archived: false }).length, 1);
  });

  it("says to continue on an error where the detaches have no worker, which then succeeds", async () => {
    await using env = await setup();
    const declared = await declareMany(env, 50, 50, {});
    const first = failuresOf(await deleteFeaturesFirst(env.createContext(), declared, 1));
    assert.equal(first.length, 50);
    const stillAttached = await entitlementsRejection(Promise.reject(first[0]));
    assert.match(
      stillAttached.hint ?? "",
      /belong to this stack, .*`--continue-on-error`; with --target, add `--target-dependents`; after an import, /,
    );
    assert.equal(env.dashboard.features({ archived: false }).length, 50);
    const { features } = declared;
    const second = await deleteFeaturesFirst(env.createContext(), { features, attachments: [] }, 1);
    assert.deepEqual(failuresOf(second), []);
    assertAllDeleted(env);
  });
});
