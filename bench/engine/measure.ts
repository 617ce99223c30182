import { BenchStack, type Checkpoints, type StateSize, type Timing } from "./bench-stack";
import { type Phase, type PhaseName, phaseNames, phases } from "./phases";
import { type Side, sides } from "./program";
import type { Size } from "./sizes";

/** All timings of one size and one way of writing the state. */
export interface Measured {
  readonly size: Size;
  readonly checkpoints: Checkpoints;
  readonly timings: Readonly<Record<PhaseName, Readonly<Record<Side, Timing[]>>>>;
  readonly state: StateSize;
}

/** Runs each command on both sides in turn, so that what slows the machine down meanwhile slows both. */
export async function measure(size: Size, checkpoints: Checkpoints, say: (line: string) => void): Promise<Measured> {
  const timings = Object.fromEntries(
    phaseNames.map((name) => [name, { ours: [], idle: [] }]),
  ) as unknown as Measured["timings"];
  let state: StateSize | undefined;
  for (let n = 0; n < size.stacks; n += 1) {
    await using idle = await BenchStack.start("idle", size, checkpoints);
    await using ours = await BenchStack.start("ours", size, checkpoints);
    for (const name of phaseNames) {
      const phase: Phase = phases[name];
      for (let repeat = 0; repeat < (phase.isRepeatable ? size.repeats : 1); repeat += 1) {
        // What is read from the disk for the first time is not always the same side's.
        for (const side of (n + repeat) % 2 === 0 ? sides : sides.toReversed()) {
          const timing = await { ours, idle }[side].time(phase);
          timings[name][side].push(timing);
          say(`${size.name}, ${checkpoints} checkpoints: ${name} ${side} ${timing.seconds.toFixed(1)} s`);
        }
      }
      ours.assertOnServer(name !== "destroy");
      if (name === "fromNothing") state = await ours.stateSize();
    }
  }
  if (state === undefined) throw new Error(`the size ${size.name} has no stacks`);
  return { size, checkpoints, timings, state };
}
