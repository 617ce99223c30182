import assert from "node:assert/strict";
import { seededRandom } from "../../emulator/faults/random";
import { type Environment, severalCommands } from "../support/pulumi";
import type { TestStack } from "../support/stack";
import { assertEmpty, Catalog, products, startStack } from "./support/catalog";
import { killDuring, type Moment, randomMoment, type Victim } from "./support/killing";
import { describeRemains, runAgain } from "./support/recovery";
import { note, scale, seed } from "./support/scale";

/** Milliseconds that the server takes for each request. */
const latency = 100;
/** The limit of a sandbox (S82). Further requests are answered 429. */
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

/**
 * Returns the four combinations of victim and checkpoints in turn, each at a random moment of a run
 * of `requests` requests.
 */
function kills(count: number, requests: number, seedOfKills: number): Kill[] {
  const random = seededRandom(seedOfKills);
  return Array.from({ length: count }, (_, n) => {
    const victim = n % 4 < 2 ? "everything" : "provider";
    const checkpoints = n % 2 === 0 ? "with" : "without";
    const moment = randomMoment(random, requests, latency);
    const title = `recovers: ${victim} killed, ${checkpoints} checkpoints, ${moment.delay} ms after ${moment.requests} answers`;
    return { title, victim, moment, env: checkpoints === "with" ? {} : withoutCheckpoints };
  });
}

async function killedRun(stack: TestStack, args: readonly string[], { victim, moment, env }: Kill): Promise<void> {
  const { exitCode } = await killDuring(stack, args, victim, moment, env);
  // A kill at the end of a run may have no effect, because the engine no longer needs the provider
  // when it writes the state.
  const end = exitCode === 0 ? "the run succeeded" : `exit code ${exitCode ?? "none"}`;
  note(`${end}; ${await describeRemains(stack)}`);
}

async function assertRecovers(stack: TestStack, args: readonly string[], expected: Catalog, env: Environment = {}) {
  const { exitCode, output } = await runAgain(stack, args, env);
  assert.equal(exitCode, 0, output);
  expected.assertServerMatches(stack);
  await expected.assertStateMatches(stack);
}

describe(`A run of ${writes} objects that is killed with SIGKILL`, function () {
  this.timeout(2 * severalCommands);
  let stack: TestStack;

  beforeEach("start a stack", async () => {
    stack = await startStack(catalog);
    stack.emulator.faults.add({ kind: "latency", ms: latency });
    stack.emulator.faults.add({ kind: "rateLimit", requestsPerSecond });
  });
  afterEach(() => stack[Symbol.asyncDispose]());

  describe("`up` from nothing, and the next `up`", () => {
    for (const kill of kills(scale.kills.up, writes, seed)) {
      it(kill.title, async () => {
        await killedRun(stack, up, kill);
        await assertRecovers(stack, up, catalog, kill.env);
      });
    }
  });

  describe("`up --refresh` that repairs and replaces, and the next one", () => {
    const next = new Catalog(catalog.size, "v2");
    for (const kill of kills(scale.kills.repair, 2 * writes, seed + 1)) {
      it(kill.title, async () => {
        await stack.must(up, withoutCheckpoints);
        causeDrift(stack);
        await stack.program(next.program);
        await killedRun(stack, repair, kill);
        await assertRecovers(stack, repair, next, kill.env);
      });
    }
  });

  describe("`destroy`, and the next one", () => {
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

/** Archives every tenth feature and detaches one from each product in the Dashboard. */
function causeDrift({ dashboard }: TestStack): void {
  for (const [n, { id }] of dashboard.features().entries()) if (n % 10 === 0) dashboard.archiveFeature(id);
  for (const product of products) {
    const [attached] = dashboard.productFeatures(product);
    if (attached) dashboard.detach(product, attached.id);
  }
}
