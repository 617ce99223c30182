import { execFile } from "node:child_process";
import { cpus, platform, release } from "node:os";
import { promisify } from "node:util";
import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import { BenchStack } from "./bench-stack";
import { type Phase, type PhaseName, phaseNames, phases } from "./phases";
import { type Size, sides } from "./program";
import type { Checkpoints, Measured, StateSize } from "./results";

/** Returns the processor, the system and the versions, in a sentence. */
export async function describeMachine(): Promise<string> {
  const { stdout: cli } = await promisify(execFile)("pulumi", ["version"]);
  const [cpu] = cpus();
  return (
    `${cpus().length} × ${cpu?.model.trim()}, ${platform()} ${release()}, Node.js ${process.versions.node}, ` +
    `Pulumi CLI ${cli.trim()}, @pulumi/pulumi ${sdkVersion}`
  );
}

/** Runs each command on both sides in turn, so that both run under the same load. */
export async function measure(size: Size, checkpoints: Checkpoints, log: (line: string) => void): Promise<Measured> {
  const timings = Object.fromEntries(
    phaseNames.map((name) => [name, { ours: [], idle: [] }]),
  ) as unknown as Measured["timings"];
  let state: StateSize | undefined;
  for (let n = 0; n < size.stacks; n += 1) {
    await using idle = await BenchStack.start("idle", size);
    await using ours = await BenchStack.start("ours", size);
    for (const name of timedPhases(size, checkpoints)) {
      const phase: Phase = phases[name];
      for (let repeat = 0; repeat < (phase.isRepeatable ? size.repeats : 1); repeat += 1) {
        // The first side reads files from the disk, the second from the system's cache. Each side
        // is first in half of the rounds.
        for (const side of (n + repeat) % 2 === 0 ? sides : sides.toReversed()) {
          const timing = await { ours, idle }[side].time(phase, checkpoints);
          timings[name][side].push(timing);
          log(`${size.name}, ${checkpoints} checkpoints: ${name} ${side} ${timing.seconds.toFixed(1)} s`);
        }
      }
      ours.assertOnServer(name === "destroy" ? "nothing" : "everything");
      if (name !== "destroy") state ??= await ours.stateSize();
    }
  }
  if (state === undefined) throw new Error(`the size ${size.name} has no stacks`);
  return { size, checkpoints, timings, state };
}

/**
 * Returns the commands that are timed. Checkpoints make no difference where nothing changes. With
 * them, the engine writes the state of 3,000 objects 6,000 times when it creates or deletes them,
 * which took 7 to 10 minutes a command in 2026-11.
 */
export function timedPhases(size: Size, checkpoints: Checkpoints): readonly PhaseName[] {
  if (checkpoints === "without") return phaseNames;
  return size.name === "large" ? [] : phaseNames.filter((name) => phases[name].writes);
}
