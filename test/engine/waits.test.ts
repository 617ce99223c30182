import assert from "node:assert/strict";
import { startEngine, stopEngines, timeout } from "../support/engine";
import { type PackageForm, packageForms } from "../support/package-forms";

describe("A wait of more than 5 seconds", function () {
  this.timeout(timeout);
  let form: PackageForm;

  before(async () => {
    form = await packageForms.installed();
  });

  afterEach(stopEngines);

  it("is one line of the run, however many resources wait", async () => {
    const { provider, emulator, dashboard } = await startEngine(form);
    emulator.faults.add({ kind: "latency", ms: 5_800, method: "POST" });
    const keys = ["a", "b", "c", "d", "e"];
    await Promise.all(keys.map((lookupKey) => provider.create(form.feature({ lookupKey, name: lookupKey }))));
    assert.equal(dashboard.features().length, keys.length);
    const lines = (await provider.stop()).stdout.split("\n").filter((line) => !line.startsWith("Creating in "));
    assert.deepEqual(lines, ["Stripe has not answered for more than 5 s, still waiting"]);
  });
});
