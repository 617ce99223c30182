import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "../../../emulator";
import type { Random } from "../../../emulator/faults/random";
import type { Environment, Outcome } from "../../support/pulumi";
import type { TestStack } from "../../support/stack";
import { descendantsOf, isRunning, kill, type Process } from "./processes";

/**
 * `everything` is the CLI and all processes that it has started. `provider` is the provider process
 * only, or all of them, so that the engine sees it end. `one provider` is the first of them.
 */
export type Victim = "everything" | "provider" | "one provider";

/** When a run is killed. Requests make it the same moment on a slow machine. */
export interface Moment {
  /** How many requests the server has answered. */
  readonly requests: number;
  /** Milliseconds after that. */
  readonly delay: number;
}

/** Returns a random moment of a run of `requests` requests. */
export function randomMoment(random: Random, requests: number, latency: number): Moment {
  return { requests: 1 + Math.floor(random() * requests), delay: Math.floor(random() * latency) };
}

/** Runs the command, kills the victim with SIGKILL, and checks that its processes have ended. */
export async function killDuring(
  stack: TestStack,
  args: readonly string[],
  victim: Victim,
  moment: Moment,
  env: Environment = {},
): Promise<Outcome> {
  const reached = waitForAnswers(stack.emulator, moment.requests);
  const command = stack.begin(args, env);
  assert.ok(command.pid, "the command did not start");
  const first = await Promise.race([reached, command.outcome]);
  if (first !== undefined) assert.fail(`the run ended before request ${moment.requests}\n${first.output}`);
  await sleep(moment.delay);
  const killed = await (victim === "everything" ? killTree(command.pid) : killProviders(command.pid, victim));
  const outcome = await command.outcome;
  await assertGone(killed);
  return outcome;
}

/** Resolves once the server has answered so many more requests. */
function waitForAnswers(emulator: Emulator, requests: number): Promise<undefined> {
  return new Promise((resolve) => {
    let left = requests;
    const stop = emulator.requests.onRequest(() => {
      left -= 1;
      if (left > 0) return;
      stop();
      resolve(undefined);
    });
  });
}

/**
 * Kills the process and its descendants. It is stopped first, so that it starts no further process.
 */
async function killTree(pid: number): Promise<Process[]> {
  kill(pid, "SIGSTOP");
  const descendants = await descendantsOf(pid);
  for (const process of descendants) kill(process.pid, "SIGKILL");
  kill(pid, "SIGKILL");
  return descendants;
}

async function killProviders(pid: number, victim: "provider" | "one provider"): Promise<Process[]> {
  const all = (await descendantsOf(pid)).filter(({ command }) =>
    /dynamic-provider|pulumi-resource-stripe-entitlements/.test(command),
  );
  const providers = victim === "provider" ? all : all.slice(0, 1);
  for (const process of providers) kill(process.pid, "SIGKILL");
  return providers;
}

async function assertGone(processes: readonly Process[]): Promise<void> {
  const deadline = performance.now() + 5_000;
  for (const process of processes) {
    while (await isRunning(process)) {
      assert.ok(performance.now() < deadline, `still running: ${process.command}`);
      await sleep(50);
    }
  }
}
