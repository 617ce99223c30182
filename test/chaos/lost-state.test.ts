import assert from "node:assert/strict";
import { truncate } from "node:fs/promises";
import { severalCommands } from "../support/pulumi";
import type { TestStack } from "../support/stack";
import { assertEmpty, Catalog, stackOf } from "./support/catalog";
import { killDuring } from "./support/killing";
import { removeTornAttributes, restoreTornCheckpoint, runAgain, startFromNothing } from "./support/recovery";
import { scale } from "./support/scale";

const catalog = new Catalog({ features: 5, attachments: 10 });
const up = ["up", "--skip-preview"];
const destroy = ["destroy", "--skip-preview"];

describe("A state that is lost or torn", function () {
  this.timeout(severalCommands);
  let stack: TestStack;

  beforeEach("a stack that is up", async () => {
    stack = await stackOf(catalog);
    await stack.must(up);
  });
  afterEach(() => stack[Symbol.asyncDispose]());

  async function assertTakenBack(): Promise<void> {
    await stack.must(up);
    catalog.assertOn(stack);
    await catalog.assertKnownTo(stack);
  }

  it("altogether: `up` from an empty state takes everything back", async () => {
    await startFromNothing(stack);
    await assertTakenBack();
  });

  if (!scale.isFull) return;

  it("in the attributes of the checkpoint: without them it is read as it was", async () => {
    await truncate(`${stack.checkpointFile}.attrs`);
    const { output } = await stack.run(up);
    assert.match(output, /failed to load checkpoint: EOF/);
    await removeTornAttributes(stack);
    await assertTakenBack();
  });

  it("in the checkpoint: its last copy is good enough", async () => {
    await truncate(stack.checkpointFile);
    const { output } = await stack.run(up);
    assert.match(output, /failed to load checkpoint/);
    await restoreTornCheckpoint(stack);
    await assertTakenBack();
  });

  it("of a stack without markers: `up` is refused, and `adopt: unowned` takes everything back", async () => {
    await stack.must(["config", "set", "stripe-entitlements:ownership", "none"]);
    await stack.must(up);
    await startFromNothing(stack);
    const { exitCode, output } = await stack.run(up);
    assert.notEqual(exitCode, 0);
    assert.match(output, /adopt: "unowned"/);
    await stack.must(["config", "set", "stripe-entitlements:adopt", "unowned"]);
    await assertTakenBack();
  });
});

describe("A first `up` that is killed", function () {
  this.timeout(severalCommands);

  it("is taken down by `up` and then `destroy`: nothing is left", async () => {
    await using stack = await stackOf(catalog);
    const latency = stack.emulator.faults.add({ kind: "latency", ms: 100 });
    await killDuring(stack, up, "everything", { requests: catalog.size.features + 1, delay: 20 });
    latency.remove();
    await runAgain(stack, up);
    await stack.must(destroy);
    assertEmpty(stack);
  });

  if (!scale.isFull) return;

  it("leaves words about pending operations, which `refresh --clear-pending-creates` takes away", async () => {
    await using stack = await stackOf(catalog);
    const latency = stack.emulator.faults.add({ kind: "latency", ms: 100 });
    await killDuring(stack, up, "everything", { requests: catalog.size.features + 1, delay: 20 });
    latency.remove();
    assert.match((await runAgain(stack, up)).output, /pending operations from previous deployment/);
    await stack.must(["refresh", "--skip-preview", "--clear-pending-creates"]);
    assert.doesNotMatch((await stack.must(up)).output, /pending operations/);
    catalog.assertOn(stack);
    await catalog.assertKnownTo(stack);
  });
});
