import { type Cell, type FeatureChange, isChangedFeature, type PlanChange } from "./changes";
import type { Report } from "./report";
import { sentenceOf } from "./sentence";
import { code, escapeMarkdown, markdownStyle as style } from "./text-style";
import { warningsOf } from "./warnings";

/** UTF-16 units. GitHub takes 65,536 characters in a comment. */
const maxLength = 60_000;
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
  const document = (...parts: readonly string[]) => `${parts.filter((part) => part !== "").join("\n\n")}\n`;

  const table = tableOf(report.changes.plans, changed);
  const full = document(...head, warnings.join("\n"), table, matrixOf(report, changed));
  if (full.length <= maxLength) return full;
  const withoutMatrix = document(...head, warnings.join("\n"), table);
  if (withoutMatrix.length <= maxLength) return withoutMatrix;
  return shortened([...head, warnings.join("\n")], table) ?? shortened(head, table) ?? document(...head);
}

/** Returns as many rows of the table as fit. Undefined when none does. */
function shortened(head: readonly string[], table: string): string | undefined {
  const [header = "", line = "", ...rows] = table.split("\n");
  const start = `${[...head, header].join("\n\n")}\n${line}\n`;
  const end = (count: number) => `\nThe table has ${count} more rows, which do not fit here. \`--json\` has all.\n`;
  let length = start.length + end(rows.length).length;
  const fitting = rows.findIndex((row) => {
    length += row.length + 1;
    return length > maxLength;
  });
  if (fitting < 1) return undefined;
  return `${start}${rows.slice(0, fitting).join("\n")}\n${end(rows.length - fitting)}`;
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
