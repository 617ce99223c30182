import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { type Emulator, startEmulator } from "../../emulator";
import { seededRandom } from "../../emulator/faults/random";
import { EntitlementCache } from "../../examples/catalog/entitlement-cache";
import { sdkOf } from "../conformance/sdk";
import { WebhookReceiver } from "./webhook-receiver";

const changes = 1_000;
const customers = Array.from({ length: 20 }, (_, n) => `cus_${n}`);
const features = ["projects", "api", "audit-log", "sso"];
/** Milliseconds. */
const catchUpInterval = 100;

describe("A cache that webhooks keep up to date", function () {
  this.timeout(120_000);

  it("agrees with the server after lost, late, duplicate and reordered deliveries", async () => {
    await using receiver = await WebhookReceiver.start();
    await using emulator = await startEmulator({
      seed: {
        features: features.map((lookupKey) => ({ lookupKey, name: lookupKey })),
        products: features.map((lookupKey) => ({ id: `prod_${lookupKey}`, name: lookupKey, features: [lookupKey] })),
        customers: customers.map((id) => ({ id })),
      },
      webhooks: [{ url: receiver.url, retryDelays: [10] }],
    });
    emulator.faults.add({ kind: "lostDelivery", probability: 0.1 });
    emulator.faults.add({ kind: "duplicateDelivery", probability: 0.1 });
    emulator.faults.add({ kind: "lateDelivery", ms: 20, jitterMs: 80, probability: 0.2 });
    emulator.faults.add({ kind: "reorderedDelivery", maxMs: 50, probability: 0.1 });
    const cache = new EntitlementCache(sdkOf(emulator));
    await cache.catchUp();
    receiver.onEvent = ({ customer }) => cache.refresh(customer);

    const watch = new Watch(emulator, cache);
    await makeChanges(emulator, cache);
    await Promise.all(emulator.webhooks.map((webhook) => webhook.settled()));
    await cache.catchUp();
    assert.deepEqual(await watch.end(), []);
    const outcomes = emulator.webhooks.flatMap(({ deliveries }) => deliveries.flatMap(({ faults }) => faults));
    for (const kind of ["lostDelivery", "duplicateDelivery", "lateDelivery", "reorderedDelivery"]) {
      assert.ok(outcomes.includes(kind), kind);
    }
    console.log(
      `      out of date for at most ${watch.longest.toFixed(0)} ms, with a catch-up each ${catchUpInterval} ms`,
    );
  });

  it("reads an event again when listing its customer failed", async () => {
    await using emulator = await startEmulator({
      seed: {
        features: [{ lookupKey: "sso", name: "Single sign-on" }],
        products: [{ id: "prod_sso", name: "SSO", features: ["sso"] }],
        customers: [{ id: "cus_0" }],
      },
    });
    const { dashboard } = emulator.sandbox;
    dashboard.subscribe("cus_0", "prod_sso");
    const cache = new EntitlementCache(sdkOf(emulator));
    await cache.catchUp();
    assert.ok((await cache.get("cus_0")).has("sso"));
    dashboard.cancelSubscription("cus_0", "prod_sso");
    emulator.faults.add({ kind: "status", status: 500, route: "/v1/entitlements/active_entitlements", times: 1 });
    await assert.rejects(cache.catchUp());
    assert.ok((await cache.get("cus_0")).has("sso"));
    await Promise.all([cache.catchUp(), cache.catchUp()]);
    assert.ok(!(await cache.get("cus_0")).has("sso"));
  });

  it("knows a customer who was deleted, and drops all entries when its last event is gone", async () => {
    await using emulator = await startEmulator({
      seed: {
        features: [{ lookupKey: "sso", name: "Single sign-on" }],
        products: [{ id: "prod_sso", name: "SSO", features: ["sso"] }],
        customers: [{ id: "cus_0" }, { id: "cus_1" }],
      },
    });
    const { dashboard } = emulator.sandbox;
    dashboard.subscribe("cus_0", "prod_sso");
    const cache = new EntitlementCache(sdkOf(emulator));
    await cache.catchUp();
    assert.ok((await cache.get("cus_0")).has("sso"));
    dashboard.deleteCustomer("cus_0");
    // The emulator keeps 1,000 events.
    for (let n = 0; n < 501; n += 1) {
      dashboard.subscribe("cus_1", "prod_sso");
      dashboard.cancelSubscription("cus_1", "prod_sso");
    }
    await cache.catchUp();
    assert.ok(!(await cache.get("cus_0")).has("sso"));
  });
});

async function makeChanges({ sandbox: { dashboard } }: Emulator, cache: EntitlementCache): Promise<void> {
  const random = seededRandom(20);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  let caughtUp = Date.now();
  for (let n = 0; n < changes; n += 1) {
    const [customer, product] = [pick(customers), `prod_${pick(features)}`];
    if (random() < 0.5) dashboard.subscribe(customer, product);
    else dashboard.cancelSubscription(customer, product);
    await wait(1);
    if (Date.now() - caughtUp < catchUpInterval) continue;
    caughtUp = Date.now();
    await cache.catchUp();
  }
}

/** Compares the cache with the server all the time. */
class Watch {
  /** Milliseconds for which the cache gave an old answer about a customer, at most. */
  longest = 0;
  readonly #wrongSince = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(
    private readonly emulator: Emulator,
    private readonly cache: EntitlementCache,
  ) {
    this.#running = this.#compareAll();
  }

  /** Returns the customers about whom the cache is wrong. */
  async end(): Promise<readonly string[]> {
    this.#stop.abort();
    await this.#running;
    for (const customer of customers) await this.#compare(customer);
    return [...this.#wrongSince.keys()];
  }

  async #compareAll(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      for (const customer of customers) await this.#compare(customer);
      await wait(5);
    }
  }

  async #compare(customer: string): Promise<void> {
    const known = [...(await this.cache.get(customer)).keys].toSorted();
    const { dashboard } = this.emulator.sandbox;
    const real = dashboard.activeEntitlements(customer).map(({ lookup_key }) => lookup_key);
    const since = this.#wrongSince.get(customer) ?? Date.now();
    if (known.join() === real.toSorted().join()) {
      if (this.#wrongSince.delete(customer)) this.longest = Math.max(this.longest, Date.now() - since);
    } else this.#wrongSince.set(customer, since);
  }
}
