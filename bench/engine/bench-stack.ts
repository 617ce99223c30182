import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LoggedRequest } from "../../emulator";
import { project, TestStack } from "../../test/support/stack";
import { installIdle } from "./install-idle";
import { PeakMemory } from "./memory";
import type { Phase } from "./phases";
import { countObjects, productIds, programText, type Side, type Size } from "./program";
import type { Checkpoints, RequestCounts, StateSize, Timing } from "./results";

/** Milliseconds that the server takes for each request. */
export const latency = 100;
/** The limit of a sandbox (S82). The emulator answers further requests with 429. */
const requestsPerSecond = 25;
/** The requests a second that this package starts. It leaves the rest to other clients. */
export const usedRequestsPerSecond = 24;
/** Milliseconds. A command of the largest size with checkpoints takes minutes. */
const timeout = 3_600_000;

const environments = {
  with: {},
  without: { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" },
} as const;

/** A stack of one side, with a server of its own. */
export class BenchStack implements AsyncDisposable {
  #programVersion = 1;
  #archivedFeatures = 0;

  private constructor(
    private readonly stack: TestStack,
    private readonly side: Side,
    private readonly size: Size,
  ) {}

  static async start(side: Side, size: Size): Promise<BenchStack> {
    await installIdle();
    const stack = await TestStack.start({ products: productIds(size) });
    stack.emulator.faults.add({ kind: "latency", ms: latency });
    stack.emulator.faults.add({ kind: "rateLimit", requestsPerSecond });
    return new BenchStack(stack, side, size);
  }

  /** Runs the command and returns its cost. Throws if the command fails. */
  async time(phase: Phase, checkpoints: Checkpoints): Promise<Timing> {
    if (phase.changesProgram) this.#programVersion += 1;
    await this.#writeProgram();
    this.#addArchivedFeatures(phase.archivedFeatures);
    this.stack.emulator.requests.clear();
    // Users do not have the tests' cache of compiled code. It would make both sides faster.
    const env = { ...environments[checkpoints], NODE_COMPILE_CACHE: undefined };
    const started = performance.now();
    const command = this.stack.begin(phase.args, env, timeout);
    assert.ok(command.pid, "the command did not start");
    const memory = new PeakMemory(command.pid);
    const { exitCode, output } = await command.outcome;
    const seconds = (performance.now() - started) / 1_000;
    assert.equal(exitCode, 0, `pulumi ${phase.args.join(" ")}\n${output}`);
    return {
      seconds,
      requests: countRequests(this.stack.emulator.requests.entries),
      peakMemory: await memory.end(),
    };
  }

  /** Returns the bytes of the state file, and of one feature and one attachment in it. */
  async stateSize(): Promise<StateSize> {
    const text = await readFile(this.stack.checkpointFile, "utf8");
    return {
      file: text.length,
      feature: bytesOf(text, "feature-9"),
      attachment: bytesOf(text, "attachment-9"),
    };
  }

  /** Throws unless the server holds every declared object, or none. */
  assertOnServer(expected: "everything" | "nothing"): void {
    if (this.side === "idle") return;
    const features = this.stack.dashboard.features({ archived: false }).length;
    const attachments = productIds(this.size).flatMap((product) => this.stack.attached(product)).length;
    assert.equal(features + attachments, expected === "everything" ? countObjects(this.size) : 0);
  }

  async #writeProgram(): Promise<void> {
    const text = programText(this.side, this.size, `version ${this.#programVersion}`);
    await writeFile(join(this.stack.directory, "index.js"), text);
  }

  /** Archived features remain for all later commands, because Stripe cannot delete a feature. */
  #addArchivedFeatures(wanted: number): void {
    const { dashboard } = this.stack;
    for (; this.#archivedFeatures < wanted; this.#archivedFeatures += 1) {
      const lookupKey = `archived-${this.#archivedFeatures}`;
      dashboard.archiveFeature(dashboard.createFeature({ lookupKey, name: lookupKey }).id);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stack[Symbol.asyncDispose]();
  }
}

const listRoutes = ["/v1/entitlements/features", "/v1/products/:product/features", "/v1/products"];

function countRequests(requests: readonly LoggedRequest[]): RequestCounts {
  const reads = requests.filter(({ method }) => method === "GET");
  const lists = reads.filter(({ route }) => route !== undefined && listRoutes.includes(route)).length;
  return {
    lists,
    reads: reads.length - lists,
    writes: requests.length - reads.length,
    refused: requests.filter(({ status }) => status === 429).length,
  };
}

interface Checkpoint {
  checkpoint: { latest: { resources: { urn: string }[] } };
}

/** Returns the bytes that a resource takes in the state. The file backend writes no spaces. */
function bytesOf(text: string, name: string): number {
  const state = JSON.parse(text) as Checkpoint;
  const { latest } = state.checkpoint;
  const before = JSON.stringify(state).length;
  const { length } = latest.resources;
  latest.resources = latest.resources.filter(({ urn }) => !urn.endsWith(`::${name}`));
  assert.equal(latest.resources.length, length - 1, `${name} is not in the state of ${project}`);
  return before - JSON.stringify(state).length;
}
