import assert from "node:assert/strict";
import { seededRandom } from "../../emulator/faults/random";
import { type Environment, severalCommands } from "../support/pulumi";
import type { TestStack } from "../support/stack";
import { assertEmpty, Catalog, products, stackOf } from "./support/catalog";
import { killDuring, type Moment, momentOf, type Victim } from "./support/killing";
import { remains, runAgain } from "./support/recovery";
import { note, scale, seed } from "./support/scale";

/** Milliseconds for each request. */
const latency = 100;
/** What a sandbox answers in a second [docs]; the rest is refused with 429. */
const requestsPerSecond = 25;
const catalog = new Catalog(scale.killed);
const writes = catalog.size.features + catalog.size.attachments;

const up = ["up", "--skip-preview"];
const repair = ["up", "--skip-preview", "--refresh"];
const destroy = ["destroy", "--skip-preview"];
const withoutCheckpoints: Environment = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

interface Kill {
  readonly title: string;
  readonly victim: Victim;
  readonly moment: Moment;
  readonly env: Environment;
}

/** All four kinds in turn, at random moments of a run of so many requests. */
function kills(count: number, requests: number, seedOfThese: number): Kill[] {
  const random = seededRandom(seedOfThese);
  return Array.from({ length: count }, (_, n) => {
    const victim = n % 4 < 2 ? "everything" : "provider";
    const checkpoints = n % 2 === 0 ? "with" : "without";
    const moment = momentOf(random, requests, latency);
    const title = `${victim}, ${checkpoints} checkpoints, ${moment.delay} ms after ${moment.requests} answers`;
    return { title, victim, moment, env: checkpoints === "with" ? {} : withoutCheckpoints };
  });
}

async function killedRun(stack: TestStack, args: readonly string[], { victim, moment, env }: Kill): Promise<void> {
  const { exitCode } = await killDuring(stack, args, victim, moment, env);
  // The last moments of a run may be too late to spoil it: the provider is not needed any more while the engine writes the state.
  const end = exitCode === 0 ? "nothing left to spoil" : `exit code ${exitCode ?? "none"}`;
  note(`${end}; ${await remains(stack)}`);
}

async function assertRecovers(stack: TestStack, args: readonly string[], wanted: Catalog, env: Environment = {}) {
  const { exitCode, output } = await runAgain(stack, args, env);
  assert.equal(exitCode, 0, output);
  wanted.assertOn(stack);
  await wanted.assertKnownTo(stack);
}

describe(`A run over ${writes} objects that is killed with SIGKILL`, function () {
  this.timeout(2 * severalCommands);
  let stack: TestStack;

  beforeEach("a stack of its own", async () => {
    stack = await stackOf(catalog);
    stack.emulator.faults.add({ kind: "latency", ms: latency });
    stack.emulator.faults.add({ kind: "rateLimit", requestsPerSecond });
  });
  afterEach(() => stack[Symbol.asyncDispose]());

  describe("is an `up` from nothing: the next `up` leaves each object once", () => {
    for (const kill of kills(scale.kills.up, writes, seed)) {
      it(kill.title, async () => {
        await killedRun(stack, up, kill);
        await assertRecovers(stack, up, catalog, kill.env);
      });
    }
  });

  describe("is an `up --refresh` that repairs and replaces: the next one leaves each object once", () => {
    const next = new Catalog(catalog.size, "v2");
    for (const kill of kills(scale.kills.repair, 2 * writes, seed + 1)) {
      it(kill.title, async () => {
        await stack.must(up, withoutCheckpoints);
        drift(stack);
        await stack.program(next.program);
        await killedRun(stack, repair, kill);
        await assertRecovers(stack, repair, next, kill.env);
      });
    }
  });

  describe("is a `destroy`: the next one leaves nothing", () => {
    for (const kill of kills(scale.kills.destroy, writes, seed + 2)) {
      it(kill.title, async () => {
        await stack.must(up, withoutCheckpoints);
        await killedRun(stack, destroy, kill);
        const { exitCode, output } = await runAgain(stack, destroy, kill.env);
        assert.equal(exitCode, 0, output);
        assertEmpty(stack);
        assert.deepEqual(await stack.objects(), []);
      });
    }
  });
});

/** By hand: every tenth feature is archived, and something is detached from each product. */
function drift({ dashboard }: TestStack): void {
  for (const [n, { id }] of dashboard.features().entries()) if (n % 10 === 0) dashboard.archiveFeature(id);
  for (const product of products) {
    const [attached] = dashboard.productFeatures(product);
    if (attached) dashboard.detach(product, attached.id);
  }
}
