import assert from "node:assert/strict";
import { truncate } from "node:fs/promises";
import { describeInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import type { TestStack } from "../support/stack";
import { assertEmpty, Catalog, startStack } from "./support/catalog";
import { killDuring } from "./support/killing";
import { removeAttributes, restoreCheckpoint, runAgain, startFromNothing } from "./support/recovery";

const catalog = new Catalog({ features: 5, attachments: 10 });
const up = ["up", "--skip-preview"];
const destroy = ["destroy", "--skip-preview"];

// In `npm test`, test/e2e/reliability.test.ts loses a state, and kill.test.ts kills a first `up`.
describeInFullRun("A lost or truncated state", function () {
  this.timeout(severalCommands);
  let stack: TestStack;

  beforeEach("start a stack and run `up`", async () => {
    stack = await startStack(catalog);
    await stack.must(up);
  });
  afterEach(() => stack[Symbol.asyncDispose]());

  async function assertRecovered(): Promise<void> {
    await stack.must(up);
    catalog.assertServerMatches(stack);
    await catalog.assertStateMatches(stack);
  }

  it("is recovered by `up` from an empty state", async () => {
    await startFromNothing(stack);
    await assertRecovered();
  });

  it("is read again once truncated attributes of the checkpoint are removed", async () => {
    await truncate(`${stack.checkpointFile}.attrs`);
    const { output } = await stack.run(up);
    assert.match(output, /failed to load checkpoint: EOF/);
    await removeAttributes(stack);
    await assertRecovered();
  });

  it("is recovered from the copy of a truncated checkpoint", async () => {
    await truncate(stack.checkpointFile);
    const { output } = await stack.run(up);
    assert.match(output, /failed to load checkpoint/);
    await restoreCheckpoint(stack);
    await assertRecovered();
  });

  it("is recovered with `adopt: unowned` if the stack has no markers", async () => {
    await stack.must(["config", "set", "stripe-entitlements:ownership", "none"]);
    await stack.must(up);
    await startFromNothing(stack);
    const { exitCode, output } = await stack.run(up);
    assert.notEqual(exitCode, 0);
    assert.match(output, /adopt: "unowned"/);
    await stack.must(["config", "set", "stripe-entitlements:adopt", "unowned"]);
    await assertRecovered();
  });
});

describeInFullRun("A first `up` that is killed", function () {
  this.timeout(severalCommands);

  it("leaves nothing after another `up` and a `destroy`", async () => {
    await using stack = await startStack(catalog);
    const latency = stack.emulator.faults.add({ kind: "latency", ms: 100 });
    await killDuring(stack, up, "everything", { requests: catalog.size.features + 1, delay: 20 });
    latency.remove();
    await runAgain(stack, up);
    await stack.must(destroy);
    assertEmpty(stack);
  });

  it("leaves pending operations, which `refresh --clear-pending-creates` removes", async () => {
    await using stack = await startStack(catalog);
    const latency = stack.emulator.faults.add({ kind: "latency", ms: 100 });
    await killDuring(stack, up, "everything", { requests: catalog.size.features + 1, delay: 20 });
    latency.remove();
    assert.match((await runAgain(stack, up)).output, /pending operations from previous deployment/);
    await stack.must(["refresh", "--skip-preview", "--clear-pending-creates"]);
    assert.doesNotMatch((await stack.must(up)).output, /pending operations/);
    catalog.assertServerMatches(stack);
    await catalog.assertStateMatches(stack);
  });
});
