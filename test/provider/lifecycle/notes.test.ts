import assert from "node:assert/strict";
import * as feature from "../../../provider/lifecycle/feature/index";
import { type Stage, stage } from "../../support/connection";
import { declareFeature, declarePair } from "../../support/declare";

const keys = ["sso", "audit", "api"];
const declareAll = ({ connection }: Stage, inputs: Partial<feature.FeatureInputs> = {}) =>
  Promise.all(keys.map((lookupKey) => declareFeature(connection, { lookupKey, name: "F", ...inputs })));

describe("A note", () => {
  it("on when an attachment takes effect is shown once a run, not once an attachment", async () => {
    await using set = await stage();
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const made = await declareAll(set);
    assert.deepEqual(set.connection.said, []);
    await Promise.all(made.map(({ id }) => declarePair(set.connection, { product, entitlementFeature: id })));
    assert.equal(set.connection.said.length, 1);
    assert.match(set.connection.said[0] ?? "", /^Note: .*next billing period, not before\.$/);
  });

  it("is not shown for an attachment that was there already", async () => {
    await using set = await stage();
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const { id } = set.dashboard.createFeature({ lookupKey: "sso", name: "F" });
    set.dashboard.attach(product, id);
    await declarePair(set.connection, { product, entitlementFeature: id, adopt: "any" });
    assert.ok(set.connection.said.every((line) => !line.startsWith("Note:")));
  });

  it("on what archiving leaves behind is shown once a run, where archiving is not guarded", async () => {
    await using set = await stage();
    const made = await declareAll(set, { archiveWhileAttached: true });
    const connection = set.connect();
    await Promise.all(made.map(({ id, outs }) => feature.delete(connection, id, outs)));
    assert.equal(connection.said.length, 1);
    assert.match(connection.said[0] ?? "", /^Note: .*goes on granting access there\.$/);
  });

  it("is not shown where archiving is guarded", async () => {
    await using set = await stage();
    const made = await declareAll(set);
    const connection = set.connect();
    await Promise.all(made.map(({ id, outs }) => feature.delete(connection, id, outs)));
    assert.deepEqual(connection.said, []);
  });

  it("is shown again by the next run", async () => {
    await using set = await stage();
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const [one, other] = await declareAll(set);
    assert.ok(one !== undefined && other !== undefined);
    const runs = [set.connect(), set.connect()];
    await declarePair(runs[0] ?? set.connection, { product, entitlementFeature: one.id });
    await declarePair(runs[1] ?? set.connection, { product, entitlementFeature: other.id });
    assert.deepEqual(
      runs.map(({ said }) => said.length),
      [1, 1],
    );
  });
});
