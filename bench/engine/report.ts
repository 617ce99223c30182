import { exponent } from "../statistics";
import { type PhaseName, phaseNames, phases } from "./phases";
import { countObjects, small } from "./program";
import {
  type Checkpoints,
  isMeasured,
  type Measured,
  medianPeakMemory,
  medianSeconds,
  mostRequests,
  type Results,
} from "./results";
import { type Target, targetsOf } from "./targets";

/** Columns. */
const lineWidth = 100;

/**
 * Returns the answers of a run in Markdown: one table for each question, in paragraphs of at most
 * 100 columns. Table rows may be longer.
 */
export function report(results: Results): string {
  const { engine, machine, date } = results;
  return [
    wrap(
      `Measured on ${date}: ${machine}. Times and memory are medians of ${timingCounts(engine, "preview")} alternating runs. \`up\` from nothing and \`destroy\` ran ${timingCounts(engine, "fromNothing")} times.`,
    ),
    ...timeTables(engine),
    requestTable(engine),
    memoryTable(engine),
    growthTable(engine),
    startTable(results),
    targetTable(targetsOf(results)),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** Returns how often a command was timed, for each size. */
function timingCounts(engine: readonly Measured[], phase: PhaseName): string {
  const counts = sizesOf(engine, "without").map(({ size, timings }) => `${timings[phase].ours.length} (${size.name})`);
  return counts.join(", ");
}

function timeTables(engine: readonly Measured[]): string[] {
  const intro = wrap(
    "Seconds of the whole command. In brackets: the same program with a plain dynamic resource that does nothing, and the ratio to it.",
  );
  const tables = (["without", "with"] as const).map((checkpoints) => {
    const measured = sizesOf(engine, checkpoints);
    const timed = phaseNames.filter((phase) => measured.some((each) => isMeasured(each, phase)));
    const rows = timed.map((phase) => cells(phases[phase].name, ...measured.map((each) => timeCell(each, phase))));
    return measured.length === 0 ? "" : sizeTable(`${checkpoints} checkpoints`, measured, rows);
  });
  return ["### How long does a command take?", intro, ...tables];
}

function timeCell(measured: Measured, phase: PhaseName): string {
  const [plain, ours] = [medianSeconds(measured, phase, "idle"), medianSeconds(measured, phase, "ours")];
  return `${ours.toFixed(1)} (${plain.toFixed(1)}, ${(ours / plain).toFixed(2)} ×)`;
}

function requestTable(engine: readonly Measured[]): string {
  const measured = sizesOf(engine, "without");
  const rows = phaseNames.map((phase) =>
    cells(phases[phase].name, ...measured.map((each) => requestCell(each, phase))),
  );
  return [
    "### How many requests does it send?",
    "",
    wrap(
      "Without checkpoints, of the run with the most: lists + reads of one object + writes. One request reads the account.",
    ),
    "",
    sizeTable("requests", measured, rows),
  ].join("\n");
}

function requestCell(measured: Measured, phase: PhaseName): string {
  const most = (kind: "lists" | "reads" | "writes" | "refused") =>
    mostRequests(measured, phase, (requests) => requests[kind]);
  const kinds = [most("lists"), most("reads"), most("writes")];
  const refused = most("refused");
  if (kinds.every((count) => count === 0)) return "none";
  return `${kinds.map(number).join(" + ")}${refused === 0 ? "" : `, ${number(refused)} of them answered 429`}`;
}

function memoryTable(engine: readonly Measured[]): string {
  const measured = sizesOf(engine, "without");
  const rows = (["withoutChanges", "previewRefresh"] as const).map((phase) =>
    cells(`memory of ${phases[phase].name}, MB`, ...measured.map((each) => memoryCell(each, phase))),
  );
  const bytes = (["feature", "attachment"] as const).map((kind) =>
    cells(`state of one ${kind}, bytes`, ...measured.map(({ state }) => number(state[kind]))),
  );
  return [
    "### How much memory and state does it take?",
    "",
    wrap("Peak memory of the provider process. In brackets: the plain dynamic resource, and the ratio to it."),
    "",
    sizeTable("", measured, [...rows, ...bytes]),
  ].join("\n");
}

function memoryCell(measured: Measured, phase: PhaseName): string {
  const [plain, ours] = [medianPeakMemory(measured, phase, "idle"), medianPeakMemory(measured, phase, "ours")];
  if (Number.isNaN(ours)) return "not reported by this system";
  return `${megabytes(ours)} (${megabytes(plain)}, ${(ours / plain).toFixed(2)} ×)`;
}

function growthTable(engine: readonly Measured[]): string {
  const measured = sizesOf(engine, "without");
  const [smallest, largest] = [measured[0], measured.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return "";
  const shown = ["preview", "previewRefresh", "refresh", "fromNothing"] as const;
  return [
    "### How does it grow?",
    "",
    wrap(
      `Without checkpoints. Exponents from ${number(countObjects(smallest.size))} to ${number(countObjects(largest.size))} objects: at 1, twice as many objects take twice as long. At 0, the time does not depend on them.`,
    ),
    "",
    "| | plain dynamic resource | this package |",
    rule(3),
    ...shown.map((phase) => growthRow(smallest, largest, phase)),
  ].join("\n");
}

function growthRow(smallest: Measured, largest: Measured, phase: PhaseName): string {
  const growth = (side: "idle" | "ours") =>
    exponent(
      { objects: countObjects(smallest.size), cost: medianSeconds(smallest, phase, side) },
      { objects: countObjects(largest.size), cost: medianSeconds(largest, phase, side) },
    ).toFixed(2);
  return cells(phases[phase].name, growth("idle"), growth("ours"));
}

function startTable({ starts, loading }: Results): string {
  const rows = starts.map(({ name, seconds }) => cells(name, seconds.toFixed(2)));
  return [
    "### How long does a program take to start?",
    "",
    wrap(
      `Median time of a \`preview\` of ${countObjects(small)} objects. A process takes ${loading.other.toFixed(0)} ms to load \`@pulumi/pulumi\`, and ${loading.ours.toFixed(1)} ms more to load this package.`,
    ),
    "",
    "| the program runs as | s |",
    rule(2),
    ...rows,
  ].join("\n");
}

function targetTable(targets: readonly Target[]): string {
  const rows = targets.map(({ name, limit, worst, where, missed, cases }) => {
    const misses = cases === 1 ? "**missed**" : `**missed** in ${missed} of ${cases} cases`;
    return cells(name, limit, worst, where, missed === 0 ? "met" : misses);
  });
  return [
    "### Are the targets met?",
    "",
    wrap(
      "Each row shows the case that comes closest to its limit, or exceeds it the most. × is the ratio to the plain dynamic resource.",
    ),
    "",
    "| | limit | worst value | case | |",
    rule(5),
    ...rows,
  ].join("\n");
}

/** Returns the figures of one checkpoint mode, the smallest size first. */
function sizesOf(engine: readonly Measured[], checkpoints: Checkpoints): Measured[] {
  return engine
    .filter((measured) => measured.checkpoints === checkpoints)
    .toSorted((one, other) => countObjects(one.size) - countObjects(other.size));
}

/** Returns a table with a column for each size. */
function sizeTable(corner: string, measured: readonly Measured[], rows: readonly string[]): string {
  const heads = measured.map(({ size }) => size.name);
  return [cells(corner, ...heads), rule(heads.length + 1), ...rows].join("\n");
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function cells(...values: readonly string[]): string {
  return `| ${values.join(" | ")} |`;
}

function rule(columns: number): string {
  return `|${"---|".repeat(columns)}`;
}

/** Breaks a paragraph at spaces into lines of at most 100 columns. */
function wrap(paragraph: string): string {
  return paragraph.replace(new RegExp(`(.{1,${lineWidth}})(?: |$)`, "g"), "$1\n").trimEnd();
}
