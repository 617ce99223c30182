import { exponent } from "../statistics";
import type { Timing } from "./bench-stack";
import type { Measured } from "./measure";
import { type PhaseName, phaseNames, phases } from "./phases";
import type { Results } from "./results";
import { objectsOf, small } from "./sizes";
import { mostRequests, peakMemory, seconds } from "./statistics";
import { type Target, targetsOf } from "./targets";

/** All that was measured, in Markdown. */
export function report(results: Results): string {
  const { engine, machine, date } = results;
  return [
    `Measured on ${date}: ${machine}.`,
    targets(targetsOf(results)),
    ...engine.map(table),
    growth(engine),
    starts(results),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function table(measured: Measured): string {
  const { size, checkpoints, state } = measured;
  const heading = `### ${size.name}, ${checkpoints} checkpoints`;
  const what = `${size.features} features, ${size.attachments} attachments, ${size.products} products. Medians; in brackets how often it was timed.`;
  const rows = phaseNames.map((phase) => row(measured, phase));
  const bytes = `State: ${state.file} bytes; of a feature ${state.feature}, of an attachment ${state.attachment}.`;
  const head = ["| | floor, s | ours, s | ratio | lists | reads | writes | 429 | memory, MB: floor | ours |", rule(10)];
  return [heading, "", what, "", ...head, ...rows, "", bytes].join("\n");
}

function row(measured: Measured, phase: PhaseName): string {
  const timings = measured.timings[phase].ours;
  const [floor, ours] = [seconds(measured, phase, "idle"), seconds(measured, phase, "ours")];
  const most = (count: (requests: Timing["requests"]) => number) =>
    mostRequests(timings, ({ requests }) => count(requests));
  const memory = (["idle", "ours"] as const).map((side) => megabytes(peakMemory(measured, phase, side)));
  return cells(
    `${phases[phase].name} (${timings.length})`,
    floor.toFixed(1),
    ours.toFixed(1),
    (ours / floor).toFixed(2),
    most(({ lists }) => lists),
    most(({ reads }) => reads),
    most(({ writes }) => writes),
    most(({ refused }) => refused),
    ...memory,
  );
}

function megabytes(bytes: number): string {
  return Number.isNaN(bytes) ? "" : (bytes / 2 ** 20).toFixed(0);
}

/** From the smallest to the largest size. */
function growth(all: readonly Measured[]): string {
  const lines = (["with", "without"] as const).flatMap((checkpoints) => {
    const sorted = all
      .filter((measured) => measured.checkpoints === checkpoints)
      .toSorted((one, other) => objectsOf(one.size) - objectsOf(other.size));
    const [first, last] = [sorted[0], sorted.at(-1)];
    if (first === undefined || last === undefined || first === last) return [];
    const grows = (cost: (measured: Measured) => number) =>
      exponent(
        { objects: objectsOf(first.size), cost: cost(first) },
        { objects: objectsOf(last.size), cost: cost(last) },
      ).toFixed(2);
    return phaseNames.map((phase) =>
      cells(
        `${phases[phase].name}, ${checkpoints} checkpoints`,
        grows((measured) => seconds(measured, phase, "idle")),
        grows((measured) => seconds(measured, phase, "ours")),
        grows((measured) => peakMemory(measured, phase, "idle")),
        grows((measured) => peakMemory(measured, phase, "ours")),
      ),
    );
  });
  if (lines.length === 0) return "";
  const head = ["| exponent | time: floor | ours | memory: floor | ours |", rule(5)];
  return ["### How cost grows, from the smallest size to the largest", "", ...head, ...lines].join("\n");
}

function starts({ starts: all, loading }: Results): string {
  const rows = all.map(({ name, seconds: time }) => cells(name, time.toFixed(2)));
  const ratio = `${loading.ours.toFixed(1)} ms after ${loading.other.toFixed(0)} ms for \`@pulumi/pulumi\``;
  return [
    "### The program's own start",
    "",
    `\`preview\` of ${objectsOf(small)} objects, medians. Loading the package takes ${ratio}.`,
    "",
    "| the program runs as | s |",
    rule(2),
    ...rows,
  ].join("\n");
}

function targets(all: readonly Target[]): string {
  const rows = all.map(({ what, wanted, measured, isReached }) =>
    cells(what, wanted, measured, isReached ? "reached" : "**missed**"),
  );
  return ["### Targets", "", "| | wanted | measured | |", rule(4), ...rows].join("\n");
}

function cells(...values: readonly (string | number)[]): string {
  return `| ${values.join(" | ")} |`;
}

function rule(columns: number): string {
  return `|${"---|".repeat(columns)}`;
}
