import { latency, usedRequestsPerSecond } from "./bench-stack";
import { type PhaseName, phaseNames, phases } from "./phases";
import { countObjects, countOnePercent, countPages, large, medium, type Size } from "./program";
import {
  isMeasured,
  type Measured,
  medianPeakMemory,
  medianSeconds,
  mostRequests,
  type Results,
  sumOf,
} from "./results";

/** A target with the worst of its cases. A case is one size with one checkpoint mode. */
export interface Target {
  readonly name: string;
  /** The limit of the worst case. */
  readonly limit: string;
  readonly worst: string;
  /** The size and the checkpoint mode of the worst case. Empty when there is only one case. */
  readonly where: string;
  readonly cases: number;
  /** How many cases exceed their limit. */
  readonly missed: number;
}

interface Case {
  readonly name: string;
  readonly limit: string;
  readonly value: string;
  readonly where: string;
  /** The value divided by its limit: above 1, the target is missed. NaN when it is not known. */
  readonly share: number;
}

/** Requests of a refresh beyond the pages of the lists: the account, and a margin of two. */
const otherReads = 3;

/** Returns every target that the figures can decide. Some targets apply to one size only. */
export function targetsOf({ engine, loading }: Results): Target[] {
  const ofSize = (size: Size) => engine.filter((measured) => measured.size.name === size.name);
  const cases: Case[] = [
    ...engine.flatMap(timeRatios),
    ...reading(ofSize(large)).map(timeOfRefresh),
    ...reading(engine).flatMap(requestsOfReading),
    ...ofSize(medium).flatMap((measured) => writing(measured, engine)),
    ...engine.map(requestsOfOnePercent),
    ...reading(engine).map(requestsAmongArchived),
    ...reading(ofSize(large)).map(memory),
    ...engine.slice(0, 1).flatMap(stateSize),
    {
      name: "time to load the package",
      limit: "5 % of `@pulumi/pulumi`",
      value: `${(100 * loading.ratio).toFixed(1)} %`,
      where: "",
      share: loading.ratio / 0.05,
    },
  ];
  const names = [...new Set(cases.map(({ name }) => name))];
  return names.flatMap((wanted) => foldCases(cases.filter(({ name }) => name === wanted)));
}

/** Returns the figures that include commands which change nothing. */
function reading(engine: readonly Measured[]): readonly Measured[] {
  return engine.filter((measured) => isMeasured(measured, "refresh"));
}

/** Returns one target for the cases of one name. */
function foldCases(cases: readonly Case[]): Target[] {
  const [worst] = cases.toSorted((one, other) => other.share - one.share);
  if (worst === undefined) return [];
  const { name, limit, value, where } = worst;
  // A case without a figure counts as missed.
  const missed = cases.filter(({ share }) => !(share <= 1)).length;
  return [{ name, limit, worst: value, where, cases: cases.length, missed }];
}

/** The largest ratio of the time to that of the plain dynamic resource, by size. */
const ratioLimits: Partial<Record<PhaseName, Readonly<Record<string, number>>>> = {
  preview: { small: 0.92, medium: 0.78, large: 0.55 },
  withoutChanges: { small: 0.92, medium: 0.78, large: 0.55 },
  previewRefresh: { medium: 0.9, large: 0.65 },
};

function timeRatios(measured: Measured): Case[] {
  return phaseNames.flatMap((phase) => {
    const limit = ratioLimits[phase]?.[measured.size.name];
    if (limit === undefined || !isMeasured(measured, phase)) return [];
    const ratio = medianSeconds(measured, phase, "ours") / medianSeconds(measured, phase, "idle");
    return {
      name: nameOf(phase, "time"),
      limit: `${limit} ×`,
      value: `${ratio.toFixed(2)} ×`,
      where: whereOf(measured),
      share: ratio / limit,
    };
  });
}

function timeOfRefresh(measured: Measured): Case {
  // One round trip for each page of the features. The lists of other products run at the same time.
  const roundTrips = (Math.ceil(measured.size.features / 100) * latency) / 1_000;
  return timeCase(measured, "refresh", 1.15 * medianSeconds(measured, "refresh", "idle") + roundTrips);
}

const readingPhases = ["refresh", "previewRefresh"] as const;

function requestsOfReading(measured: Measured): Case[] {
  return readingPhases.map((phase) => requestCase(measured, phase, countPages(measured.size) + otherReads));
}

/** @param engine all figures, for the time that the engine needs to start */
function writing(measured: Measured, engine: readonly Measured[]): Case[] {
  return (["fromNothing", "destroy"] as const).flatMap((phase) => {
    // Retries after a 429 do not raise the limit.
    const writes = countObjects(measured.size);
    const bound = Math.max(
      medianSeconds(measured, phase, "idle"),
      engineStart(engine, phase) + writes / usedRequestsPerSecond,
    );
    return [
      timeCase(measured, phase, (phase === "fromNothing" ? 1.1 : 1.15) * bound),
      refusedCase(measured, phase),
      ...(phase === "destroy" ? [readsOfDestroy(measured)] : []),
    ];
  });
}

/** Returns the seconds that the engine needs for almost no work, on the smallest measured size. */
function engineStart(engine: readonly Measured[], phase: "fromNothing" | "destroy"): number {
  const [smallest] = reading(engine).toSorted((one, other) => countObjects(one.size) - countObjects(other.size));
  return smallest === undefined
    ? 0
    : medianSeconds(smallest, phase === "destroy" ? "destroy" : "withoutChanges", "idle");
}

function refusedCase(measured: Measured, phase: PhaseName): Case {
  const share = Math.max(...measured.timings[phase].ours.map(({ requests }) => requests.refused / sumOf(requests)));
  return {
    name: nameOf(phase, "share of 429"),
    limit: "2 %",
    value: `${(100 * share).toFixed(1)} %`,
    where: whereOf(measured),
    share: share / 0.02,
  };
}

function readsOfDestroy(measured: Measured): Case {
  const reads = mostRequests(measured, "destroy", (requests) => requests.lists + requests.reads);
  return {
    name: nameOf("destroy", "reads"),
    limit: String(measured.size.features),
    value: String(reads),
    where: whereOf(measured),
    share: reads / measured.size.features,
  };
}

function requestsAmongArchived(measured: Measured): Case {
  return requestCase(measured, "amongArchived", mostRequests(measured, "refresh", sumOf));
}

function requestsOfOnePercent(measured: Measured): Case {
  const { size } = measured;
  return requestCase(measured, "onePercent", countPages(size) + otherReads + countOnePercent(size));
}

function memory(measured: Measured): Case {
  const phase = "previewRefresh";
  const ratio = medianPeakMemory(measured, phase, "ours") / medianPeakMemory(measured, phase, "idle");
  return {
    name: nameOf(phase, "peak memory"),
    limit: "1.15 ×",
    value: Number.isNaN(ratio) ? "not reported by this system" : `${ratio.toFixed(2)} ×`,
    where: whereOf(measured),
    share: ratio / 1.15,
  };
}

function stateSize({ state: { feature, attachment } }: Measured): Case[] {
  return [
    bytesCase("state of a feature without metadata", feature, 1_400),
    bytesCase("state of an attachment", attachment, 1_700),
  ];
}

function bytesCase(name: string, bytes: number, most: number): Case {
  const text = (value: number) => `${value.toLocaleString("en")} bytes`;
  return { name, limit: text(most), value: text(bytes), where: "", share: bytes / most };
}

function requestCase(measured: Measured, phase: PhaseName, most: number): Case {
  const sent = mostRequests(measured, phase, sumOf);
  return {
    name: nameOf(phase, "requests"),
    limit: String(most),
    value: String(sent),
    where: whereOf(measured),
    share: sent / most,
  };
}

function timeCase(measured: Measured, phase: PhaseName, most: number): Case {
  const taken = medianSeconds(measured, phase, "ours");
  return {
    name: nameOf(phase, "time"),
    limit: `${most.toFixed(1)} s`,
    value: `${taken.toFixed(1)} s`,
    where: whereOf(measured),
    share: taken / most,
  };
}

function nameOf(phase: PhaseName, quantity: string): string {
  return `${phases[phase].name}: ${quantity}`;
}

function whereOf({ size, checkpoints }: Measured): string {
  return `${size.name}, ${checkpoints} checkpoints`;
}
