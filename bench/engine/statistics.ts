import type { Timing } from "./bench-stack";
import type { Measured } from "./measure";
import type { PhaseName } from "./phases";
import type { Side } from "./program";

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export function seconds(measured: Measured, phase: PhaseName, side: Side): number {
  return median(measured.timings[phase][side].map((timing) => timing.seconds));
}

/** Of all timings the largest, in bytes; NaN where the system does not tell. */
export function peakMemory(measured: Measured, phase: PhaseName, side: Side): number {
  return median(measured.timings[phase][side].map((timing) => timing.peakMemory ?? Number.NaN));
}

/** The requests of the timing that sent most. */
export function mostRequests(timings: readonly Timing[], count: (timing: Timing) => number): number {
  return Math.max(...timings.map(count));
}

/** How a cost grows: 1 where twice as many objects cost twice as much. */
export function exponent(from: { objects: number; cost: number }, to: { objects: number; cost: number }): number {
  return Math.log(to.cost / from.cost) / Math.log(to.objects / from.objects);
}
