import { exponent } from "../statistics";
import { type PhaseName, phaseNames, phases } from "./phases";
import { countObjects, small } from "./program";
import { type Measured, medianPeakMemory, medianSeconds, mostRequests, type Results } from "./results";
import { type Target, targetsOf } from "./targets";

/** Columns. */
const lineWidth = 100;

/**
 * Returns every figure in Markdown, in paragraphs of at most 100 columns. Table rows may be longer.
 */
export function report(results: Results): string {
  const { engine, machine, date } = results;
  return [
    wrap(`Measured on ${date}: ${machine}.`),
    targetTable(targetsOf(results)),
    "### Each size",
    wrap(
      "Times and memory are medians. The number of timings is in brackets. Requests are those of the timing with the most.",
    ),
    ...engine.map(sizeTable),
    growthTable(engine),
    startTable(results),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function targetTable(targets: readonly Target[]): string {
  const rows = targets.map(({ name, limit, worst, where, missed, cases }) => {
    const misses = cases === 1 ? "**missed**" : `**missed** in ${missed} of ${cases} cases`;
    return cells(name, limit, worst, where, missed === 0 ? "met" : misses);
  });
  return [
    "### Targets",
    "",
    wrap("Each row shows the case that comes closest to its limit, or exceeds it the most."),
    "",
    "| | limit | worst value | case | |",
    rule(5),
    ...rows,
  ].join("\n");
}

function sizeTable(measured: Measured): string {
  const { size, checkpoints, state } = measured;
  const rows = phaseNames.map((phase) => sizeRow(measured, phase));
  const objects = [
    `${number(size.features)} features`,
    `${number(size.attachments)} attachments`,
    `${size.products} products`,
  ].join(", ");
  const bytes = `The state file has ${number(state.file)} bytes. A feature takes ${number(state.feature)}, an attachment ${number(state.attachment)}.`;
  return [
    `#### ${capitalized(size.name)}, ${checkpoints} checkpoints`,
    "",
    `${objects}.`,
    "",
    "| | baseline, s | this package, s | ratio | lists | reads | writes | 429 | baseline, MB | this package, MB |",
    rule(10),
    ...rows,
    "",
    wrap(bytes),
  ].join("\n");
}

function sizeRow(measured: Measured, phase: PhaseName): string {
  const [baseline, ours] = [medianSeconds(measured, phase, "idle"), medianSeconds(measured, phase, "ours")];
  return cells(
    `${phases[phase].name} (${measured.timings[phase].ours.length})`,
    baseline.toFixed(1),
    ours.toFixed(1),
    (ours / baseline).toFixed(2),
    number(mostRequests(measured, phase, ({ lists }) => lists)),
    number(mostRequests(measured, phase, ({ reads }) => reads)),
    number(mostRequests(measured, phase, ({ writes }) => writes)),
    number(mostRequests(measured, phase, ({ refused }) => refused)),
    megabytes(medianPeakMemory(measured, phase, "idle")),
    megabytes(medianPeakMemory(measured, phase, "ours")),
  );
}

function growthTable(engine: readonly Measured[]): string {
  const rows = (["with", "without"] as const).flatMap((checkpoints) => {
    const sorted = engine
      .filter((measured) => measured.checkpoints === checkpoints)
      .toSorted((one, other) => countObjects(one.size) - countObjects(other.size));
    const [smallest, largest] = [sorted[0], sorted.at(-1)];
    if (smallest === undefined || largest === undefined || smallest === largest) return [];
    return phaseNames.map((phase) => growthRow(smallest, largest, phase));
  });
  if (rows.length === 0) return "";
  return [
    "### Growth from the smallest size to the largest",
    "",
    wrap("Exponents: at 1, twice as many objects cost twice as much. At 0, the cost does not depend on them."),
    "",
    "| | baseline, time | this package, time | baseline, memory | this package, memory |",
    rule(5),
    ...rows,
  ].join("\n");
}

function growthRow(smallest: Measured, largest: Measured, phase: PhaseName): string {
  const growth = (cost: (measured: Measured) => number) =>
    exponent(
      { objects: countObjects(smallest.size), cost: cost(smallest) },
      { objects: countObjects(largest.size), cost: cost(largest) },
    ).toFixed(2);
  return cells(
    `${phases[phase].name}, ${smallest.checkpoints} checkpoints`,
    growth((measured) => medianSeconds(measured, phase, "idle")),
    growth((measured) => medianSeconds(measured, phase, "ours")),
    growth((measured) => medianPeakMemory(measured, phase, "idle")),
    growth((measured) => medianPeakMemory(measured, phase, "ours")),
  );
}

function startTable({ starts, loading }: Results): string {
  const rows = starts.map(({ name, seconds }) => cells(name, seconds.toFixed(2)));
  return [
    "### Start of the program",
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

function megabytes(bytes: number): string {
  return Number.isNaN(bytes) ? "" : (bytes / 2 ** 20).toFixed(0);
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
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
