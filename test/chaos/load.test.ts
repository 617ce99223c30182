import assert from "node:assert/strict";
import type { LoggedRequest } from "../../emulator";
import { describeInFullRun } from "../support/full-run";
import { type Environment, severalCommands } from "../support/pulumi";
import type { TestStack } from "../support/stack";
import { assertEmpty, Catalog, startStack } from "./support/catalog";
import { note, scale } from "./support/scale";
import { SecondClient } from "./support/second-client";

/** Milliseconds that the server takes for each request. */
const latency = 100;
/** The limit of a sandbox (S82). Further requests are answered 429. */
const requestsPerSecond = 25;

const catalog = new Catalog(scale.load);
const objects = catalog.size.features + catalog.size.attachments;

const commands = [
  ["up", "--skip-preview"],
  ["refresh", "--skip-preview"],
  ["destroy", "--skip-preview"],
];

/**
 * Without checkpoints the engine sends as much as it can at the same time. Writing them would slow
 * it down below the limit.
 */
const withoutCheckpoints: Environment = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** Whether the provider sent the request, and not another client of the test. */
const isOurs = ({ userAgent }: LoggedRequest) => userAgent?.startsWith("pulumi-stripe-entitlements/") === true;

/**
 * Runs the command and returns the share of its requests that were answered 429.
 *
 * @throws AssertionError when the command fails
 */
async function refusedShare(stack: TestStack, command: readonly string[]): Promise<number> {
  stack.emulator.requests.clear();
  const started = performance.now();
  await stack.must(command, withoutCheckpoints);
  const seconds = (performance.now() - started) / 1_000;
  const requests = stack.emulator.requests.filter(isOurs);
  const refused = requests.filter(({ status }) => status === 429).length;
  note(`${command[0]}: ${requests.length} requests, ${refused} of them answered 429, in ${seconds.toFixed(1)} s`);
  return refused / requests.length;
}

describeInFullRun(`A run of ${objects} objects at ${requestsPerSecond} requests a second`, function () {
  this.timeout(2 * severalCommands);
  let stack: TestStack;

  beforeEach("start a stack", async () => {
    stack = await startStack(catalog);
    stack.emulator.faults.add({ kind: "latency", ms: latency });
    stack.emulator.faults.add({ kind: "rateLimit", requestsPerSecond });
  });
  afterEach(() => stack[Symbol.asyncDispose]());

  /** Every command succeeds with at most this share of 429. */
  async function assertCommandsSucceed(mostRefused: number): Promise<void> {
    for (const command of commands) {
      const share = await refusedShare(stack, command);
      assert.ok(share <= mostRefused, `${share} of the requests of ${command[0]} were answered 429`);
      if (command[0] !== "destroy") catalog.assertServerMatches(stack);
    }
    assertEmpty(stack);
  }

  it("succeeds with at most 5 % of 429", () => assertCommandsSucceed(0.05));

  if (!scale.isFull) return;

  it("succeeds while another client uses half of the rate", async () => {
    await using _ = new SecondClient(stack.emulator, requestsPerSecond / 2, "GET", ["/v1/account"]);
    await assertCommandsSucceed(0.5);
  });
});
