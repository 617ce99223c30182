import assert from "node:assert/strict";
import type { Fault } from "../../emulator";
import { patience, startEngine, stopEngines } from "../support/engine";
import { type Form, forms } from "../support/provider-forms";

const sso = { lookupKey: "sso", name: "Single sign-on" };

// Stripe has acted, and its answer does not arrive.
const losses: readonly Fault[] = [
  { kind: "drop", when: "after" },
  { kind: "cut" },
  { kind: "status", status: 503, when: "after" },
];

describe("An answer that is lost", function () {
  this.timeout(patience);
  let form: Form;

  before(async () => {
    form = await forms.installed();
  });

  afterEach(stopEngines);

  it("makes nothing twice, however it is lost", async () => {
    // At once, because the time goes into waiting for the next try.
    await Promise.all(losses.map((fault) => liveThrough(form, fault)));
  });
});

/** The life of a feature and its attachment, in which the answer to each write is lost once. */
async function liveThrough(form: Form, fault: Fault): Promise<void> {
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
  assert.equal(writes.length, 8, `${fault.kind}: each of the four is sent twice`);
}
