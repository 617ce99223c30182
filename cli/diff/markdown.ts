import { counted } from "../texts";
import { type Cell, type FeatureChange, isChangedFeature, type PlanChange } from "./changes";
import type { Report } from "./report";
import { sentenceOf } from "./sentence";
import { code, escapeMarkdown, markdownStyle as style } from "./text-style";
import { warningsOf } from "./warnings";

/** UTF-16 units. GitHub takes 65,536 characters in a comment. */
const maxLength = 60_000;
/** UTF-16 units for the line that says what is left out. */
const roomForRest = 150;
/** The most changes of properties in a cell. */
const maxProperties = 3;
/** Characters of a value of metadata. */
const maxValue = 80;

const fates = {
  new: "new",
  adopted: "adopted from Stripe",
  archived: "archived for good",
  released: "no longer managed, stays in Stripe",
  changed: "",
} as const;

/**
 * Returns the report as Markdown of at most 60,000 characters: leaves out the full matrix first,
 * then rows of the table, then warnings.
 *
 * @param id part of the hidden marker in the first line
 */
export function toMarkdown(report: Report, id?: string): string {
  const changed = report.changes.features.filter(isChangedFeature);
  const marker = `<!-- stripe-entitlements diff${id === undefined ? "" : ` ${id}`} -->`;
  const head = [marker, sentenceOf(report.changes, style) + comparedWith(report)];
  const warnings = warningsOf(report, style).map(({ text }) => `- ${text}`);
  const table = tableOf(report.changes.plans, changed);
  const withMatrix = documentOf(...head, warnings.join("\n"), table, matrixOf(report, changed));
  return [withMatrix, documentOf(...head, warnings.join("\n"), table)].find(fits) ?? shortened(head, warnings, table);
}

const fits = (text: string) => text.length <= maxLength;

function documentOf(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Returns the document with as many warnings, and then as many rows of the table, as fit. */
function shortened(head: readonly string[], warnings: readonly string[], table: string): string {
  const [header = "", line = "", ...rows] = table.split("\n");
  for (let count = warnings.length; count >= 0; count -= 1) {
    const above = [...head, warnings.slice(0, count).join("\n")];
    const fitting = rowsThatFit(documentOf(...above, header).length + line.length, rows);
    if (fitting === 0) continue;
    const left = leftOut(warnings.length - count, rows.length - fitting);
    return documentOf(...above, [header, line, ...rows.slice(0, fitting)].join("\n"), left);
  }
  const withWarnings = documentOf(...head, warnings.join("\n"), leftOut(0, rows.length));
  return fits(withWarnings) ? withWarnings : documentOf(...head, leftOut(warnings.length, rows.length));
}

function leftOut(warnings: number, rows: number): string {
  const what = [
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
    ...(rows > 0 ? [`${counted(rows, "row")} of the table`] : []),
  ];
  return `Left out, because it would be too long: ${what.join(" and ")}. \`--json\` has all.`;
}

/** @param used the length of the text before the rows */
function rowsThatFit(used: number, rows: readonly string[]): number {
  let length = used + roomForRest;
  const first = rows.findIndex((row) => {
    length += row.length + 1;
    return length > maxLength;
  });
  return first < 0 ? rows.length : first;
}

function comparedWith({ comparedWith }: Report): string {
  return comparedWith === undefined ? "" : ` Compared with ${escapeMarkdown(comparedWith)}.`;
}

/** Returns all features by all plans, folded. Empty when that says no more than the table. */
function matrixOf({ changes: { features, plans }, isComplete }: Report, changed: readonly FeatureChange[]): string {
  if (!isComplete) return "Unchanged features are not known: `pulumi preview` lists them with `--show-sames`.";
  if (features.length === changed.length) return "";
  return `<details><summary>All features and plans</summary>\n\n${tableOf(plans, features)}\n\n</details>`;
}

function tableOf(plans: readonly PlanChange[], features: readonly FeatureChange[]): string {
  if (features.length === 0) return "";
  const hasChanges = features.some(({ change }) => change !== undefined);
  const cells = (feature: FeatureChange) => [
    featureCell(feature),
    ...(hasChanges ? [changeCell(feature)] : []),
    ...feature.cells.map(cellText),
  ];
  const header = ["Feature", ...(hasChanges ? ["Change"] : []), ...plans.map(planCell)];
  const alignment = ["---", ...(hasChanges ? ["---"] : []), ...plans.map(() => ":-:")];
  return [header, alignment, ...features.map(cells)].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function planCell({ label, change }: PlanChange): string {
  return escapeMarkdown(label) + (change === undefined ? "" : ` (${change})`);
}

function featureCell({ key, name }: FeatureChange): string {
  return name === undefined ? code(key) : `${code(key)} ${escapeMarkdown(name)}`;
}

function changeCell({ change, properties }: FeatureChange): string {
  if (change === undefined) return "";
  const shown = properties.slice(0, maxProperties).map(({ property, before, after }) => {
    return `${escapeMarkdown(property)}: ${valueText(before)} → ${valueText(after)}`;
  });
  const rest = properties.length - shown.length;
  return [fates[change], ...shown, ...(rest > 0 ? [`${rest} more`] : [])].filter((text) => text !== "").join("<br>");
}

function valueText(value: string | undefined): string {
  if (value === undefined) return "none";
  const characters = [...value];
  return escapeMarkdown(characters.length > maxValue ? `${characters.slice(0, maxValue).join("")}…` : value);
}

function cellText({ change, via }: Cell): string {
  const from = via === undefined ? "" : `via ${escapeMarkdown(via)}`;
  switch (change) {
    case "same":
      return from || "✓";
    case "gained":
      return `+ ${from}`.trim();
    case "lost":
      return "−";
    case "none":
      return "";
  }
}
