/** The figures of one benchmark run, as bench/measured.json holds them, and their summaries. */
import { type Comparison, median } from "../statistics";
import type { PhaseName } from "./phases";
import type { Side, Size } from "./program";

/** Everything that one run of the benchmark measures. */
export interface Results {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** Processor, system and versions, in a sentence. */
  readonly machine: string;
  /** Milliseconds to load this package, and `@pulumi/pulumi`. */
  readonly loading: Comparison;
  readonly starts: readonly ProgramStart[];
  readonly engine: readonly Measured[];
}

/** The time of a `preview` of the smallest size, for one way to run the program. */
export interface ProgramStart {
  readonly name: string;
  readonly seconds: number;
}

/** All timings of one size and one checkpoint mode. */
export interface Measured {
  readonly size: Size;
  readonly checkpoints: Checkpoints;
  readonly timings: Readonly<Record<PhaseName, Readonly<Record<Side, Timing[]>>>>;
  readonly state: StateSize;
}

/** Whether the engine writes its state at each step, or once at the end. */
export type Checkpoints = "with" | "without";

/** One run of a command. */
export interface Timing {
  readonly seconds: number;
  readonly requests: RequestCounts;
  /** Of the provider process, in bytes. Undefined where the system does not report it. */
  readonly peakMemory: number | undefined;
}

/** The requests that a command sends to Stripe. */
export interface RequestCounts {
  readonly lists: number;
  /** Of single objects, including the account. */
  readonly reads: number;
  readonly writes: number;
  /** How many of all these were answered 429. */
  readonly refused: number;
}

/** In bytes. */
export interface StateSize {
  readonly file: number;
  readonly feature: number;
  readonly attachment: number;
}

export function sumOf({ lists, reads, writes }: RequestCounts): number {
  return lists + reads + writes;
}

/** Whether the command was timed with this size and checkpoint mode. */
export function isMeasured({ timings }: Measured, phase: PhaseName): boolean {
  return timings[phase].ours.length > 0;
}

/** Returns the median time of a command. */
export function medianSeconds(measured: Measured, phase: PhaseName, side: Side): number {
  return median(measured.timings[phase][side].map(({ seconds }) => seconds));
}

/** Returns the median in bytes; NaN where the system does not report it. */
export function medianPeakMemory(measured: Measured, phase: PhaseName, side: Side): number {
  return median(measured.timings[phase][side].flatMap(({ peakMemory }) => peakMemory ?? []));
}

/** Returns the largest count of all timings of a command. */
export function mostRequests(measured: Measured, phase: PhaseName, count: (requests: RequestCounts) => number): number {
  return Math.max(...measured.timings[phase].ours.map(({ requests }) => count(requests)));
}
