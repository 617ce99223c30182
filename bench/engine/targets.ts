import type { Comparison } from "../statistics";
import { latency, requestsPerSecond } from "./bench-stack";
import type { Measured } from "./measure";
import { type PhaseName, phases } from "./phases";
import { sumOf } from "./requests";
import type { Results } from "./results";
import { large, medium, objectsOf, onePercentOf, pagesOf, type Size } from "./sizes";
import { mostRequests, peakMemory, seconds } from "./statistics";

/** What the project wants to reach, and what it does. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly isReached: boolean;
}

/** Beyond the pages of the lists: the account, and two to spare. */
const otherReads = 3;

/** Every target that can be told from what was measured; some are set for one size only. */
export function targetsOf({ engine, loading }: Results): Target[] {
  const of = (size: Size) => engine.filter((measured) => measured.size.name === size.name);
  return [
    ...engine.flatMap(unchanged),
    ...of(large).flatMap(timeOfReading),
    ...engine.flatMap(requestsOfReading),
    ...of(medium).flatMap((measured) => writing(measured, engine)),
    ...engine.map(onePercent),
    ...engine.map(beside),
    ...of(large).map(memory),
    ...engine.slice(0, 1).flatMap(state),
    loadingTarget(loading),
  ];
}

function loadingTarget({ ratio }: Comparison): Target {
  return {
    what: "loading the package, against loading `@pulumi/pulumi`",
    wanted: "≤ 5 %",
    measured: `${(100 * ratio).toFixed(1)} %`,
    isReached: ratio <= 0.05,
  };
}

/** Seconds that the engine takes where next to nothing is to be done: those of the smallest size measured. */
function engineStart(all: readonly Measured[], { checkpoints }: Measured, phase: "fromNothing" | "destroy"): number {
  const alike = all.filter((measured) => measured.checkpoints === checkpoints);
  const [smallest] = alike.toSorted((one, other) => objectsOf(one.size) - objectsOf(other.size));
  return smallest === undefined ? 0 : seconds(smallest, phase === "destroy" ? phase : "withoutChanges", "idle");
}

function unchanged(measured: Measured): Target[] {
  return (["preview", "withoutChanges"] as const).map((phase) =>
    ratioTarget(measured, phase, 1.05, seconds(measured, phase, "idle"), "floor"),
  );
}

const readingPhases = ["refresh", "previewRefresh"] as const;

function timeOfReading(measured: Measured): Target[] {
  // One round trip for each page of a list: the pages of different lists overlap.
  const roundTrips = (Math.ceil(measured.size.features / 100) * latency) / 1_000;
  return readingPhases.map((phase) => {
    const most = 1.15 * seconds(measured, phase, "idle") + roundTrips;
    return timeTarget(measured, phase, most, "1.15 × floor + a round trip a page");
  });
}

function requestsOfReading(measured: Measured): Target[] {
  return readingPhases.map((phase) => requestTarget(measured, phase, pagesOf(measured.size) + otherReads));
}

/** @param all for the engine's start */
function writing(measured: Measured, all: readonly Measured[]): Target[] {
  return (["fromNothing", "destroy"] as const).flatMap((phase) => {
    const timings = measured.timings[phase].ours;
    // What was refused and sent again does not count in its favour.
    const writes = objectsOf(measured.size);
    const bound = Math.max(
      seconds(measured, phase, "idle"),
      engineStart(all, measured, phase) + writes / requestsPerSecond,
    );
    const refused = Math.max(...timings.map(({ requests }) => requests.refused / sumOf(requests)));
    return [
      timeTarget(measured, phase, 1.15 * bound, "1.15 × max(floor, start + writes ÷ rate)"),
      {
        what: titleOf(measured, phase, "429s"),
        wanted: "≤ 2 %",
        measured: `${(100 * refused).toFixed(1)} %`,
        isReached: refused <= 0.02,
      },
      ...(phase === "destroy" ? [readsOfDestroy(measured)] : []),
    ];
  });
}

function readsOfDestroy(measured: Measured): Target {
  const { size, timings } = measured;
  const reads = mostRequests(timings.destroy.ours, ({ requests }) => requests.lists + requests.reads);
  return {
    what: titleOf(measured, "destroy", "reads"),
    wanted: `≤ ${size.features}`,
    measured: String(reads),
    isReached: reads <= size.features,
  };
}

function beside(measured: Measured): Target {
  return requestTarget(measured, "amongArchived", requestsOf(measured, "refresh"));
}

function onePercent(measured: Measured): Target {
  const { size } = measured;
  return requestTarget(measured, "onePercent", pagesOf(size) + otherReads + onePercentOf(size));
}

function state({ state: { feature, provider } }: Measured): Target[] {
  return [
    bytesTarget("`__provider`", provider, 300),
    bytesTarget("state of a feature without metadata", feature, 2_200),
  ];
}

function bytesTarget(what: string, bytes: number, most: number): Target {
  return { what, wanted: `≤ ${most} bytes`, measured: `${bytes} bytes`, isReached: bytes <= most };
}

function memory(measured: Measured): Target {
  const phase = "previewRefresh";
  const ratio = peakMemory(measured, phase, "ours") / peakMemory(measured, phase, "idle");
  return {
    what: titleOf(measured, phase, "peak memory of the provider"),
    wanted: "≤ 1.2 × floor",
    measured: Number.isNaN(ratio) ? "not told by this system" : `${ratio.toFixed(2)} ×`,
    isReached: ratio <= 1.2,
  };
}

function requestsOf(measured: Measured, phase: PhaseName): number {
  return mostRequests(measured.timings[phase].ours, (counts) => sumOf(counts.requests));
}

function requestTarget(measured: Measured, phase: PhaseName, most: number): Target {
  const sent = requestsOf(measured, phase);
  return {
    what: titleOf(measured, phase, "requests"),
    wanted: `≤ ${most}`,
    measured: String(sent),
    isReached: sent <= most,
  };
}

function ratioTarget(measured: Measured, phase: PhaseName, most: number, floor: number, of: string): Target {
  const ratio = seconds(measured, phase, "ours") / floor;
  return {
    what: titleOf(measured, phase, "time"),
    wanted: `≤ ${most} × ${of}`,
    measured: `${ratio.toFixed(2)} ×`,
    isReached: ratio <= most,
  };
}

function timeTarget(measured: Measured, phase: PhaseName, most: number, of: string): Target {
  const taken = seconds(measured, phase, "ours");
  return {
    what: titleOf(measured, phase, "time"),
    wanted: `≤ ${most.toFixed(1)} s (${of})`,
    measured: `${taken.toFixed(1)} s`,
    isReached: taken <= most,
  };
}

function titleOf({ size, checkpoints }: Measured, phase: PhaseName, what: string): string {
  return `${what} of ${phases[phase].name}, ${size.name}, ${checkpoints} checkpoints`;
}
