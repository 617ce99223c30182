import { type PhaseName, phaseNames, phases } from "./phases";
import { countObjects } from "./program";
import { type Measured, medianSeconds, type Results } from "./results";

// Pixels. The chart is drawn here because a library that draws bars without a browser installs
// sixty packages.
const width = 820;
const labels = 250;
const figures = 170;
const barsWidth = width - labels - figures;
const barHeight = 9;
const rowHeight = 30;
const panelHead = 46;
const legendHeight = 40;

const colors = { idle: "#9aa5b1", ours: "#635bff", text: "#3c4257", back: "#ffffff" };

/**
 * Returns an SVG with two bars for the time of each command without checkpoints: the plain dynamic
 * resource above this package. Each size has a panel and a scale of its own.
 */
export function chart({ engine, date }: Results): string {
  const shown = engine.filter(({ checkpoints }) => checkpoints === "without");
  const panelHeight = panelHead + phaseNames.length * rowHeight;
  const height = legendHeight + shown.length * panelHeight + 10;
  const panels = shown.map((measured, n) => panel(measured, legendHeight + n * panelHeight));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" fill="${colors.text}">`,
    `<title>Time of each command, compared with a plain dynamic resource that does nothing. ${date}</title>`,
    `<rect width="${width}" height="${height}" fill="${colors.back}"/>`,
    ...legend(),
    ...panels,
    "</svg>",
  ].join("\n")}\n`;
}

function legend(): string[] {
  const entry = (x: number, color: string, text: string) =>
    `${rectangle({ x, y: 16, width: 12, height: 12 }, color)}${label(x + 18, 27, text)}`;
  return [
    entry(labels, colors.idle, "a plain dynamic resource that does nothing"),
    entry(labels + 280, colors.ours, "pulumi-stripe-entitlements"),
  ];
}

function panel(measured: Measured, top: number): string {
  const longest = Math.max(
    ...phaseNames.flatMap((phase) => [medianSeconds(measured, phase, "idle"), medianSeconds(measured, phase, "ours")]),
  );
  const heading = `<text x="16" y="${top + 28}" font-weight="bold">${countObjects(measured.size)} objects</text>`;
  const rows = phaseNames.map((phase, n) => row(measured, phase, top + panelHead + n * rowHeight, longest));
  return [heading, ...rows].join("\n");
}

function row(measured: Measured, phase: PhaseName, y: number, longest: number): string {
  const [baseline, ours] = [medianSeconds(measured, phase, "idle"), medianSeconds(measured, phase, "ours")];
  const bar = (time: number, offset: number, color: string) =>
    rectangle({ x: labels, y: y + offset, width: (time / longest) * barsWidth, height: barHeight }, color);
  const figure = `${baseline.toFixed(1)} s, ${ours.toFixed(1)} s: ${(ours / baseline).toFixed(2)} ×`;
  return [
    label(16, y + 14, phases[phase].name.replaceAll("`", "")),
    bar(baseline, 0, colors.idle),
    bar(ours, barHeight + 1, colors.ours),
    label(labels + barsWidth + 12, y + 14, figure),
  ].join("");
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function rectangle({ x, y, width, height }: Box, color: string): string {
  return `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${height}" rx="2" fill="${color}"/>`;
}

function label(x: number, y: number, text: string): string {
  return `<text x="${x}" y="${y}">${text}</text>`;
}
