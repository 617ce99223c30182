import assert from "node:assert/strict";
import * as feature from "../../../provider/lifecycle/feature/index";
import { declareFeature, declarePair } from "../../support/declare";
import { setup, type TestEnvironment } from "../../support/test-environment";

const keys = ["sso", "audit", "api"];
const declareAll = ({ context }: TestEnvironment, inputs: Partial<feature.FeatureInputs> = {}) =>
  Promise.all(keys.map((lookupKey) => declareFeature(context, { lookupKey, name: "F", ...inputs })));

describe("A note", () => {
  it("on when an attachment takes effect is shown once a run, not once an attachment", async () => {
    await using set = await setup();
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const made = await declareAll(set);
    assert.deepEqual(set.context.logged, []);
    await Promise.all(made.map(({ id }) => declarePair(set.context, { product, entitlementFeature: id })));
    assert.equal(set.context.logged.length, 1);
    assert.match(set.context.logged[0] ?? "", /^Note: .*next billing period, not before\.$/);
  });

  it("is not shown for an attachment that was there already", async () => {
    await using set = await setup();
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const { id } = set.dashboard.createFeature({ lookupKey: "sso", name: "F" });
    set.dashboard.attach(product, id);
    await declarePair(set.context, { product, entitlementFeature: id, adopt: "any" });
    assert.ok(set.context.logged.every((line) => !line.startsWith("Note:")));
  });

  it("on what archiving leaves behind is shown once a run, where archiving is not guarded", async () => {
    await using set = await setup();
    const made = await declareAll(set, { archiveWhileAttached: true });
    const connection = set.createContext();
    await Promise.all(made.map(({ id, outs }) => feature.delete(connection, id, outs)));
    assert.equal(connection.logged.length, 1);
    assert.match(connection.logged[0] ?? "", /^Note: .*goes on granting access there\.$/);
  });

  it("is not shown where archiving is guarded", async () => {
    await using set = await setup();
    const made = await declareAll(set);
    const connection = set.createContext();
    await Promise.all(made.map(({ id, outs }) => feature.delete(connection, id, outs)));
    assert.deepEqual(connection.logged, []);
  });

  it("is shown again by the next run", async () => {
    await using set = await setup();
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const [one, other] = await declareAll(set);
    assert.ok(one !== undefined && other !== undefined);
    const runs = [set.createContext(), set.createContext()];
    await declarePair(runs[0] ?? set.context, { product, entitlementFeature: one.id });
    await declarePair(runs[1] ?? set.context, { product, entitlementFeature: other.id });
    assert.deepEqual(
      runs.map(({ logged }) => logged.length),
      [1, 1],
    );
  });
});
