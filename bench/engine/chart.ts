import type { Measured } from "./measure";
import { type PhaseName, phaseNames, phases } from "./phases";
import type { Results } from "./results";
import { objectsOf } from "./sizes";
import { seconds } from "./statistics";

// Pixels. A library that draws bars without a browser brings sixty packages along.
const width = 820;
const labels = 250;
const figures = 170;
const barsWidth = width - labels - figures;
const barHeight = 9;
const rowHeight = 30;
const panelHead = 46;
const legendHeight = 40;

const colours = { idle: "#9aa5b1", ours: "#635bff", text: "#3c4257", back: "#ffffff" };

/** Bars of how long each command takes, the floor's above ours, with a panel and a scale for each size. An SVG. */
export function chart({ engine, date }: Results): string {
  const panelHeight = panelHead + phaseNames.length * rowHeight;
  const height = legendHeight + engine.length * panelHeight + 10;
  const panels = engine.map((measured, n) => panel(measured, legendHeight + n * panelHeight));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" fill="${colours.text}">`,
    `<title>How long each command takes, beside the same program on a provider that does nothing. ${date}</title>`,
    `<rect width="${width}" height="${height}" fill="${colours.back}"/>`,
    ...legend(),
    ...panels,
    "</svg>",
  ].join("\n")}\n`;
}

function legend(): string[] {
  const entry = (x: number, colour: string, text: string) =>
    `${rectangle({ x, y: 16, width: 12, height: 12 }, colour)}${label(x + 18, 27, text)}`;
  return [
    entry(labels, colours.idle, "a provider that does nothing"),
    entry(labels + 220, colours.ours, "pulumi-stripe-entitlements"),
  ];
}

function panel(measured: Measured, top: number): string {
  const { size, checkpoints } = measured;
  const longest = Math.max(
    ...phaseNames.flatMap((phase) => [seconds(measured, phase, "idle"), seconds(measured, phase, "ours")]),
  );
  const heading = `<text x="16" y="${top + 28}" font-weight="bold">${objectsOf(size)} objects, ${checkpoints} checkpoints</text>`;
  const rows = phaseNames.map((phase, n) => row(measured, phase, top + panelHead + n * rowHeight, longest));
  return [heading, ...rows].join("\n");
}

function row(measured: Measured, phase: PhaseName, y: number, longest: number): string {
  const [floor, ours] = [seconds(measured, phase, "idle"), seconds(measured, phase, "ours")];
  const bar = (time: number, offset: number, colour: string) =>
    rectangle({ x: labels, y: y + offset, width: (time / longest) * barsWidth, height: barHeight }, colour);
  const figure = `${floor.toFixed(1)} s, ${ours.toFixed(1)} s: ${(ours / floor).toFixed(2)} ×`;
  return [
    label(16, y + 14, phases[phase].name.replaceAll("`", "")),
    bar(floor, 0, colours.idle),
    bar(ours, barHeight + 1, colours.ours),
    label(labels + barsWidth + 12, y + 14, figure),
  ].join("");
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function rectangle({ x, y, width, height }: Box, colour: string): string {
  return `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${height}" rx="2" fill="${colour}"/>`;
}

function label(x: number, y: number, text: string): string {
  return `<text x="${x}" y="${y}">${text}</text>`;
}
