import { median } from "../statistics";
import type { Timing } from "./bench-stack";
import type { Measured } from "./measure";
import type { PhaseName } from "./phases";
import type { Side } from "./program";

export function seconds(measured: Measured, phase: PhaseName, side: Side): number {
  return median(measured.timings[phase][side].map((timing) => timing.seconds));
}

/** Of the provider process, in bytes; NaN where the system does not tell. */
export function peakMemory(measured: Measured, phase: PhaseName, side: Side): number {
  return median(measured.timings[phase][side].flatMap(({ peakMemory: peak }) => (peak === undefined ? [] : [peak])));
}

/** The requests of the timing that sent most. */
export function mostRequests(timings: readonly Timing[], count: (timing: Timing) => number): number {
  return Math.max(...timings.map(count));
}
