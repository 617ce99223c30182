import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator, Fault } from "../../emulator";
import { severalCommands } from "../support/pulumi";
import type { TestStack } from "../support/stack";
import { assertEmpty, Catalog, products, stackOf } from "./support/catalog";
import { note, scale } from "./support/scale";
import { SecondClient } from "./support/second-client";

const catalog = new Catalog(scale.faults);

const someTimes = { probability: 0.1 } as const;
const single: Readonly<Record<string, Fault>> = {
  "a 429 for one request in ten": { kind: "status", status: 429, code: "rate_limit", ...someTimes },
  "a 500 before Stripe acts": { kind: "status", status: 500, when: "before", ...someTimes },
  "a 500 after Stripe has acted": { kind: "status", status: 500, when: "after", ...someTimes },
  "a 500 that Stripe keeps for the idempotency key": {
    kind: "status",
    status: 500,
    when: "after",
    kept: true,
    method: "POST",
    ...someTimes,
  },
  "a 503 of a proxy, without Stripe's error": { kind: "status", status: 503, body: "<html>", ...someTimes },
  "a connection lost before Stripe acts": { kind: "drop", when: "before", ...someTimes },
  "a connection lost after Stripe has acted": { kind: "drop", when: "after", ...someTimes },
  "an answer that ends in the middle": { kind: "cut", ...someTimes },
};
const all = Object.values(single).map((fault) => ({ ...fault, probability: 0.03 }));
const cases: readonly (readonly [string, readonly Fault[]])[] = [
  ...(scale.isFull ? Object.entries(single).map(([name, fault]) => [name, [fault]] as const) : []),
  ["all of these at once", all],
];

const up = ["up", "--skip-preview"];
const commands = [up, ["refresh", "--skip-preview"], ["destroy", "--skip-preview"]];

/** Patience suffices: no resource fails, and the server is as declared after each command. */
async function assertGoesThrough(stack: TestStack): Promise<void> {
  for (const command of commands) {
    await stack.must(command);
    if (command[0] === "destroy") return assertEmpty(stack);
    catalog.assertOn(stack);
    await catalog.assertKnownTo(stack);
  }
}

describe("No resource fails for want of patience", function () {
  this.timeout(2 * severalCommands);
  let stack: TestStack;

  beforeEach("a stack of its own", async () => {
    stack = await stackOf(catalog);
  });
  afterEach(() => stack[Symbol.asyncDispose]());

  for (const [name, faults] of cases) {
    it(name, async () => {
      for (const fault of faults) stack.emulator.faults.add(fault);
      await assertGoesThrough(stack);
      const hits = stack.emulator.faults.list().reduce((sum, fault) => sum + fault.hits, 0);
      note(`${hits} requests were met`);
      assert.ok(hits > 0);
    });
  }

  it("a storm in which every request is answered 429 for some seconds", async () => {
    const storm = stormDuring(stack.emulator, scale.isFull ? 12_000 : 3_000);
    await stack.must(up);
    catalog.assertOn(stack);
    note(`${await storm} requests were refused`);
  });

  it("another client that writes to the products, so that their locks are held", async () => {
    stack.emulator.faults.add({ kind: "latency", ms: 50 });
    stack.emulator.faults.add({ kind: "lockTimeout", holdMs: 50 });
    const paths = products.map((product) => `/v1/products/${product}`);
    await using _ = new SecondClient(stack.emulator, 4 * products.length, "POST", paths);
    await assertGoesThrough(stack);
    const refused = stack.emulator.requests.count(isRefusedForLock);
    note(`${refused} requests were answered lock_timeout`);
    assert.ok(refused > 0);
  });

  it("only where the retries are set too low; the error says how long it tried and what to set", async () => {
    await stack.must(["config", "set", "stripe-entitlements:maxRetries", "1"]);
    stack.emulator.faults.add({ kind: "status", status: 429, code: "rate_limit", method: "POST" });
    const { exitCode, output } = await stack.run(up);
    assert.notEqual(exitCode, 0);
    assert.match(output, /Feature "key-\d+-v1": Stripe's rate limit is used up \(tried 2 times in \d+ s\)/);
    assert.match(output, /raise stripe-entitlements:maxRetries/);
    stack.emulator.faults.clear();
    await stack.must(up);
    catalog.assertOn(stack);
  });
});

const isRefusedForLock = ({
  status,
  path,
  faults = [],
}: {
  status?: number;
  path: string;
  faults?: readonly string[];
}) => status === 429 && faults.includes("lockTimeout") && path.endsWith("/features");

/** Begins in the middle of a run; tells how many requests it met. */
async function stormDuring(emulator: Emulator, milliseconds: number): Promise<number> {
  await new Promise<void>((resolve) => {
    const stop = emulator.requests.onRequest(() => {
      if (emulator.requests.entries.length < 5) return;
      stop();
      resolve();
    });
  });
  const storm = emulator.faults.add({ kind: "status", status: 429, code: "rate_limit" });
  await sleep(milliseconds);
  storm.remove();
  return storm.hits;
}
