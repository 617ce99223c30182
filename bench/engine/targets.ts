import type { Comparison } from "../statistics";
import { latency, requestsPerSecond } from "./bench-stack";
import type { Measured } from "./measure";
import type { PhaseName } from "./phases";
import { sumOf } from "./requests";
import type { Results } from "./results";
import { objectsOf, onePercentOf, pagesOf } from "./sizes";
import { mostRequests, peakMemory, seconds } from "./statistics";

/** What the project wants to reach, and what it does. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly isReached: boolean;
}

const listedBeyondPages = 3;

/** Every target that can be told from what was measured. */
export function targetsOf({ engine, loading }: Results): Target[] {
  return [
    ...engine.flatMap((measured) => [
      ...unchanged(measured),
      ...reading(measured),
      ...writing(measured, engineStart(engine)),
      ...onePercent(measured),
      beside(measured),
      ...sizes(measured),
    ]),
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

/** Seconds that the engine takes for a program of which nothing is to be done, of the smallest size measured. */
function engineStart(all: readonly Measured[]): number {
  return Math.min(...all.map((measured) => seconds(measured, "withoutChanges", "idle")));
}

function unchanged(measured: Measured): Target[] {
  return (["preview", "withoutChanges"] as const).map((phase) =>
    ratioTarget(measured, phase, 1.05, seconds(measured, phase, "idle"), "floor"),
  );
}

function reading(measured: Measured): Target[] {
  const { size, timings } = measured;
  const pages = pagesOf(size);
  return (["refresh", "previewRefresh"] as const).flatMap((phase) => {
    const sent = mostRequests(timings[phase].ours, ({ requests }) => sumOf(requests));
    const allowed = pages + listedBeyondPages;
    return [
      // One round trip for each page of a list: the pages of different lists overlap.
      timeTarget(
        measured,
        phase,
        1.15 * seconds(measured, phase, "idle") + (Math.ceil(size.features / 100) * latency) / 1_000,
        "1.15 × floor + a round trip a page",
      ),
      {
        what: titleOf(measured, phase, "requests"),
        wanted: `≤ ${allowed}`,
        measured: String(sent),
        isReached: sent <= allowed,
      },
    ];
  });
}

function writing(measured: Measured, start: number): Target[] {
  return (["fromNothing", "destroy"] as const).flatMap((phase) => {
    const timings = measured.timings[phase].ours;
    const writes = mostRequests(timings, ({ requests }) => requests.writes);
    const bound = Math.max(seconds(measured, phase, "idle"), start + writes / requestsPerSecond);
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
  const requests = (phase: PhaseName) => mostRequests(measured.timings[phase].ours, (counts) => sumOf(counts.requests));
  const [without, among] = [requests("refresh"), requests("amongArchived")];
  return {
    what: titleOf(measured, "amongArchived", "requests"),
    wanted: `≤ ${without}, as without them`,
    measured: String(among),
    isReached: among <= without,
  };
}

function onePercent(measured: Measured): Target[] {
  const { size, timings } = measured;
  const sent = mostRequests(timings.onePercent.ours, ({ requests }) => sumOf(requests));
  const allowed = pagesOf(size) + listedBeyondPages + onePercentOf(size);
  return [
    {
      what: titleOf(measured, "onePercent", "requests"),
      wanted: `≤ ${allowed}`,
      measured: String(sent),
      isReached: sent <= allowed,
    },
  ];
}

function sizes(measured: Measured): Target[] {
  const { state, size, checkpoints } = measured;
  const [ours, idle] = (["ours", "idle"] as const).map((side) => peakMemory(measured, "previewRefresh", side));
  const ratio = (ours ?? Number.NaN) / (idle ?? Number.NaN);
  return [
    {
      what: `state of a feature, ${size.name}, ${checkpoints} checkpoints`,
      wanted: "≤ 2.2 KB",
      measured: `${(state.feature / 1_000).toFixed(2)} KB`,
      isReached: state.feature <= 2_200,
    },
    {
      what: titleOf(measured, "previewRefresh", "peak memory of the provider"),
      wanted: "≤ 1.2 × floor",
      measured: Number.isNaN(ratio) ? "not told by this system" : `${ratio.toFixed(2)} ×`,
      isReached: ratio <= 1.2,
    },
  ];
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
  return `${what} of ${phase}, ${size.name} (${objectsOf(size)} objects), ${checkpoints} checkpoints`;
}
