import assert from "node:assert/strict";
import type { RequestFault } from "../../emulator";
import { startEngine, stopEngines, timeout } from "../support/engine";
import { adapters, type PackageForm } from "../support/package-forms";

const sso = { lookupKey: "sso", name: "Single sign-on" };

// The server applies each request, but its response does not arrive.
const losses: readonly RequestFault[] = [
  { kind: "drop", when: "after" },
  { kind: "cut" },
  { kind: "status", status: 503, when: "after" },
];

for (const [adapter, openForm] of Object.entries(adapters)) {
  describe(`A lost response to a write of the ${adapter}`, function () {
    this.timeout(timeout);
    let form: PackageForm;

    before(async () => {
      form = await openForm();
    });

    afterEach(stopEngines);

    it("is retried without creating, attaching, detaching or archiving twice", async () => {
      // Concurrent, because most of the time is spent between the attempts.
      await Promise.all(losses.map((fault) => assertNothingTwice(form, fault)));
    });
  });
}

/** Creates and deletes a feature and its attachment. The response to each write is lost once. */
async function assertNothingTwice(form: PackageForm, fault: RequestFault): Promise<void> {
  const { provider, emulator, dashboard } = await startEngine(form, { config: { maxRetries: "2" } });
  const product = dashboard.createProduct({ name: "Enterprise" }).id;
  emulator.faults.add({ ...fault, method: "POST", times: 1 });
  const feature = await provider.create(form.feature(sso));
  assert.deepEqual(
    dashboard.features().map(({ id }) => id),
    [feature.id],
  );

  emulator.faults.add({ ...fault, method: "POST", times: 1 });
  const pair = form.productFeature({ product, entitlementFeature: feature.id });
  const attachment = await provider.create(pair);
  assert.deepEqual(
    dashboard.productFeatures(product).map(({ id }) => id),
    [attachment.id],
  );

  emulator.faults.add({ ...fault, method: "DELETE", times: 1 });
  await provider.delete(attachment.id, attachment.outs);
  assert.deepEqual(dashboard.productFeatures(product), []);

  emulator.faults.add({ ...fault, method: "POST", times: 1 });
  await provider.delete(feature.id, feature.outs);
  assert.equal(dashboard.feature(feature.id)?.active, false);
  const writes = emulator.requests.filter(({ method }) => method !== "GET");
  assert.equal(writes.length, 8, `${fault.kind}: each of the four requests is sent twice`);
}
