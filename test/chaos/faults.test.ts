import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator, Fault } from "../../emulator";
import { itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import type { TestStack } from "../support/stack";
import { assertEmpty, Catalog, products, startStack } from "./support/catalog";
import { note, scale } from "./support/scale";
import { SecondClient } from "./support/second-client";

const catalog = new Catalog(scale.faults);

const oneInTen = { probability: 0.1 } as const;
const faultsByTitle: Readonly<Record<string, Fault>> = {
  "retries a 429 of one request in ten": { kind: "status", status: 429, code: "rate_limit", ...oneInTen },
  "retries a 500 before Stripe acts": { kind: "status", status: 500, when: "before", ...oneInTen },
  "retries a 500 after Stripe has acted": { kind: "status", status: 500, when: "after", ...oneInTen },
  "retries a 500 that Stripe replays for the idempotency key": {
    kind: "status",
    status: 500,
    when: "after",
    kept: true,
    method: "POST",
    ...oneInTen,
  },
  "retries a 503 of a proxy, without Stripe's error": { kind: "status", status: 503, body: "<html>", ...oneInTen },
  "retries a connection lost before Stripe acts": { kind: "drop", when: "before", ...oneInTen },
  "retries a connection lost after Stripe has acted": { kind: "drop", when: "after", ...oneInTen },
  "retries an answer that ends in the middle": { kind: "cut", ...oneInTen },
};
const allAtOnce = Object.values(faultsByTitle).map((fault) => ({ ...fault, probability: 0.03 }));
const cases: readonly (readonly [string, readonly Fault[]])[] = [
  ...(scale.isFull ? Object.entries(faultsByTitle).map(([name, fault]) => [name, [fault]] as const) : []),
  ["retries all kinds of faults at the same time", allAtOnce],
];

const up = ["up", "--skip-preview"];
const others = [
  ["refresh", "--skip-preview"],
  ["destroy", "--skip-preview"],
];
const commands = scale.isFull ? [up, ...others] : [up];

/** Every command succeeds, and the server is as declared after each one. */
async function assertCommandsSucceed(stack: TestStack): Promise<void> {
  for (const command of commands) {
    await stack.must(command);
    if (command[0] === "destroy") return assertEmpty(stack);
    catalog.assertServerMatches(stack);
    await catalog.assertStateMatches(stack);
  }
}

describe("A run on a faulty server", function () {
  this.timeout(2 * severalCommands);
  let stack: TestStack;

  beforeEach("start a stack", async () => {
    stack = await startStack(catalog);
  });
  afterEach(() => stack[Symbol.asyncDispose]());

  for (const [name, faults] of cases) {
    it(name, async () => {
      for (const fault of faults) stack.emulator.faults.add(fault);
      await assertCommandsSucceed(stack);
      const hits = stack.emulator.faults.list().reduce((sum, fault) => sum + fault.hits, 0);
      note(`${hits} requests met a fault`);
      assert.ok(hits > 0);
    });
  }

  itInFullRun("succeeds after every request was answered 429 for some seconds", async () => {
    const refused = refuseAllFor(stack.emulator, scale.isFull ? 12_000 : 3_000);
    await stack.must(up);
    catalog.assertServerMatches(stack);
    note(`${await refused} requests were refused`);
  });

  itInFullRun("succeeds while another client writes to two products and holds their locks", async () => {
    stack.emulator.faults.add({ kind: "latency", ms: 50 });
    stack.emulator.faults.add({ kind: "lockTimeout", holdMs: 150 });
    // With two products, each is locked for a third of the time, so that some writes always fail.
    const paths = products.slice(0, 2).map((product) => `/v1/products/${product}`);
    await using _ = new SecondClient(stack.emulator, 20, "POST", paths);
    await assertCommandsSucceed(stack);
    const refused = stack.emulator.requests.count(isRefusedForLock);
    note(`${refused} requests were answered lock_timeout`);
    assert.ok(refused > 0);
  });

  itInFullRun("fails with too few retries, and says how long it tried and what to set", async () => {
    await stack.must(["config", "set", "stripe-entitlements:maxRetries", "1"]);
    stack.emulator.faults.add({ kind: "status", status: 429, code: "rate_limit", method: "POST" });
    const { exitCode, output } = await stack.run(up);
    assert.notEqual(exitCode, 0);
    assert.match(output, /Feature "feature-\d+" \(.*\): Stripe's rate limit is exceeded \(tried 2 times in \d+ s\)/);
    assert.match(output, /raise stripe-entitlements:maxRetries/);
    stack.emulator.faults.clear();
    await stack.must(up);
    catalog.assertServerMatches(stack);
  });
});

/** Whether a request to attach or detach was answered with `lock_timeout`. */
const isRefusedForLock = ({
  status,
  path,
  faults = [],
}: {
  status?: number;
  path: string;
  faults?: readonly string[];
}) => status === 429 && faults.includes("lockTimeout") && /^\/v1\/products\/[^/]+\/features/.test(path);

/**
 * Refuses every request for a time, from the fifth request on. Returns how many requests it
 * refused.
 */
async function refuseAllFor(emulator: Emulator, milliseconds: number): Promise<number> {
  await new Promise<void>((resolve) => {
    const stop = emulator.requests.onRequest(() => {
      if (emulator.requests.entries.length < 5) return;
      stop();
      resolve();
    });
  });
  const fault = emulator.faults.add({ kind: "status", status: 429, code: "rate_limit" });
  await sleep(milliseconds);
  fault.remove();
  return fault.hits;
}
