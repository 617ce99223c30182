import assert from "node:assert/strict";
import type { LoggedRequest } from "../../emulator";
import { type Environment, severalCommands } from "../support/pulumi";
import type { TestStack } from "../support/stack";
import { assertEmpty, Catalog, stackOf } from "./support/catalog";
import { note, scale } from "./support/scale";
import { SecondClient } from "./support/second-client";

/** Milliseconds for each request. */
const latency = 100;
/** What a sandbox answers in a second [docs]; the rest is refused with 429. */
const requestsPerSecond = 25;

const catalog = new Catalog(scale.load);
const objects = catalog.size.features + catalog.size.attachments;

const commands = [
  ["up", "--skip-preview"],
  ["refresh", "--skip-preview"],
  ["destroy", "--skip-preview"],
];

/** Without checkpoints the engine asks for as much at a time as it can: writing them would slow it down below the limit. */
const unhindered: Environment = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** Of the provider; other clients of a test ask for the account or change a product. */
const isOurs = ({ userAgent }: LoggedRequest) => userAgent?.startsWith("pulumi-stripe-entitlements/") === true;

/** Runs the command, which must not fail, and tells which share of its requests was refused with 429. */
async function refusedShare(stack: TestStack, command: readonly string[]): Promise<number> {
  stack.emulator.requests.clear();
  const started = performance.now();
  await stack.must(command, unhindered);
  const seconds = (performance.now() - started) / 1_000;
  const requests = stack.emulator.requests.filter(isOurs);
  const refused = requests.filter(({ status }) => status === 429).length;
  note(`${command[0]}: ${requests.length} requests, ${refused} of them answered 429, in ${seconds.toFixed(1)} s`);
  return refused / requests.length;
}

describe(`${objects} objects on a server that answers ${requestsPerSecond} requests a second`, function () {
  this.timeout(2 * severalCommands);
  let stack: TestStack;

  beforeEach("a stack of its own", async () => {
    stack = await stackOf(catalog);
    stack.emulator.faults.add({ kind: "latency", ms: latency });
    stack.emulator.faults.add({ kind: "rateLimit", requestsPerSecond });
  });
  afterEach(() => stack[Symbol.asyncDispose]());

  /** All three commands succeed, and no larger share of their requests than this is refused. */
  async function assertGoThrough(mostRefused: number): Promise<void> {
    for (const command of commands) {
      const share = await refusedShare(stack, command);
      assert.ok(share <= mostRefused, `${share} of the requests of ${command[0]} were refused`);
      if (command[0] !== "destroy") catalog.assertOn(stack);
    }
    assertEmpty(stack);
  }

  it("go up, are refreshed and destroyed with hardly a 429", () => assertGoThrough(0.05));

  if (!scale.isFull) return;

  it("go up, are refreshed and destroyed while another client takes half of the rate", async () => {
    await using _ = new SecondClient(stack.emulator, requestsPerSecond / 2, "GET", ["/v1/account"]);
    await assertGoThrough(0.5);
  });
});
