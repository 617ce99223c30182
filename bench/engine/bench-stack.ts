import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packedProject } from "../../test/support/packed-project";
import { project, TestStack } from "../../test/support/stack";
import { PeakMemory } from "./memory";
import type { Phase } from "./phases";
import { programOf, type Side } from "./program";
import { countsOf, type RequestCounts } from "./requests";
import { objectsOf, productIds, type Size } from "./sizes";

/** Milliseconds that the server takes for each request. */
export const latency = 100;
/** What a sandbox answers in a second [docs], after a first burst of as many; the rest is refused with 429. */
export const requestsPerSecond = 25;
/** Milliseconds: a command of the largest size with checkpoints takes minutes. */
const timeout = 3_600_000;

/** Whether the engine writes its state at each step, or once at the end. */
export type Checkpoints = "with" | "without";

const environments = {
  with: {},
  without: { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" },
} as const;

/** One run of a command. */
export interface Timing {
  readonly seconds: number;
  readonly requests: RequestCounts;
  /** Of the provider process, in bytes; undefined where the system does not tell. */
  readonly peakMemory: number | undefined;
}

/** A stack of one side, on a server of its own. */
export class BenchStack implements AsyncDisposable {
  #edition = 1;
  #archived = 0;

  private constructor(
    private readonly stack: TestStack,
    private readonly side: Side,
    private readonly size: Size,
    private readonly checkpoints: Checkpoints,
  ) {}

  static async start(side: Side, size: Size, checkpoints: Checkpoints): Promise<BenchStack> {
    const { directory } = await packedProject();
    const idle = join(directory, "node_modules", "idle-entitlements");
    await cp(join(__dirname, "idle"), idle, { recursive: true });
    const stack = await TestStack.start({ products: productIds(size) });
    stack.emulator.faults.add({ kind: "latency", ms: latency });
    stack.emulator.faults.add({ kind: "rateLimit", requestsPerSecond });
    return new BenchStack(stack, side, size, checkpoints);
  }

  /** Runs the command, which must succeed and leave no resource behind. */
  async time(phase: Phase): Promise<Timing> {
    await this.#writeProgram(phase);
    this.#archive(phase);
    this.stack.emulator.requests.clear();
    // As a user has it: the tests' cache of compiled code would make both sides faster.
    const env = { ...environments[this.checkpoints], NODE_COMPILE_CACHE: undefined };
    const started = performance.now();
    const command = this.stack.begin(phase.args, env, timeout);
    assert.ok(command.pid, "the command did not start");
    const memory = new PeakMemory(command.pid);
    const { exitCode, output } = await command.outcome;
    const seconds = (performance.now() - started) / 1_000;
    assert.equal(exitCode, 0, `pulumi ${phase.args.join(" ")}\n${output}`);
    return {
      seconds,
      requests: countsOf(this.stack.emulator.requests.entries),
      peakMemory: await memory.end(),
    };
  }

  /** Bytes of the state in all, and those of one feature and of one attachment, as they stand in the file. */
  async stateSize(): Promise<StateSize> {
    const text = await readFile(this.stack.checkpointFile, "utf8");
    return {
      file: text.length,
      feature: bytesOf(text, "feature-9"),
      attachment: bytesOf(text, "attachment-9"),
      provider: Math.max(
        ...(await this.stack.exported()).map(({ inputs }) => String(inputs?.["__provider"] ?? "").length),
      ),
    };
  }

  /** All that is declared is on the server, or nothing is. */
  assertOnServer(isThere: boolean): void {
    if (this.side === "idle") return;
    const features = this.stack.dashboard.features({ archived: false }).length;
    const attachments = productIds(this.size).flatMap((product) => this.stack.attached(product)).length;
    assert.equal(features + attachments, isThere ? objectsOf(this.size) : 0);
  }

  async #writeProgram({ edition }: Phase): Promise<void> {
    if (edition === "next") this.#edition += 1;
    const text = programOf(this.side, this.size, `edition ${this.#edition}`);
    await writeFile(join(this.stack.directory, "index.js"), text);
  }

  /** What is archived stays: nothing of Stripe's can be deleted. */
  #archive({ archived }: Phase): void {
    const { dashboard } = this.stack;
    for (; this.#archived < archived; this.#archived += 1) {
      const lookupKey = `archived-${this.#archived}`;
      dashboard.archiveFeature(dashboard.createFeature({ lookupKey, name: lookupKey }).id);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stack[Symbol.asyncDispose]();
  }
}

/** In bytes. */
export interface StateSize {
  readonly file: number;
  readonly feature: number;
  readonly attachment: number;
  /** The longest `__provider`. */
  readonly provider: number;
}

interface Checkpoint {
  checkpoint: { latest: { resources: { urn: string }[] } };
}

/** What the resource takes of the state, which the CLI's file backend writes without spaces. */
function bytesOf(text: string, name: string): number {
  const state = JSON.parse(text) as Checkpoint;
  const { latest } = state.checkpoint;
  const before = JSON.stringify(state).length;
  const { length } = latest.resources;
  latest.resources = latest.resources.filter(({ urn }) => !urn.endsWith(`::${name}`));
  assert.equal(latest.resources.length, length - 1, `${name} is not in the state of ${project}`);
  return before - JSON.stringify(state).length;
}
