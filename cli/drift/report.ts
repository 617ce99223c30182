import { countsOf, headline } from "../account/headline";
import type { AccountContent } from "../account/read-account";
import type { Paint } from "../output/colors";
import { columns } from "../output/columns";
import { code, markdownPage } from "../output/markdown";
import { plainOrLiteral } from "../output/plain";
import { counted } from "../texts";
import { countDifferences, type Drift } from "./drift";
import { type Cell, sectionsOf } from "./sections";

/** The differences, with what was compared. */
export interface Result {
  /** The file as the user gave it. */
  readonly catalog: string;
  readonly content: AccountContent;
  readonly drift: Drift;
}

/** Returns the report for people: a table for each section. */
export function tableReport(result: Result, paint: Paint): string {
  const sections = sectionsOf(result.drift).map((section) => {
    const [head = "", ...rows] = columns([section.columns, ...section.rows.map((row) => row.map(tableCell))]);
    const lines = [paint("dim", head), ...rows].map((line) => `  ${line}`);
    return [paint("bold", `${section.title} (${section.count})`), ...lines, ""].join("\n");
  });
  const verdict = paint(countDifferences(result.drift) === 0 ? "green" : "yellow", verdictOf(result));
  const notes = [verdict, ...notesOf(result)];
  return [headline(result.content), "", ...sections, ...notes, ""].join("\n");
}

/** Returns the report for an issue or a comment. */
export function markdownReport(result: Result): string {
  const tables = sectionsOf(result.drift).map(({ title, count, columns, rows }) => ({
    heading: `${title} (${count})`,
    columns,
    rows: rows.map((row) => row.map(markdownCell)),
  }));
  const notes = notesOf(result).map((note) => `\n\n${note}`);
  return markdownPage(`${headline(result.content)}\n\n**${verdictOf(result)}**${notes.join("")}`, tables);
}

/** Returns the report for programs. */
export function jsonReport({ content, drift }: Result): string {
  const { missing, changed, unmanaged, ignored } = drift;
  const byHand = unmanaged.filter(({ owner }) => owner === null).length;
  const summary = {
    account: content.account ?? null,
    mode: content.mode ?? null,
    read: countsOf(content),
    differences: countDifferences(drift),
    missing: missing.length,
    changed: changed.length,
    unmanaged: { byHand, managed: unmanaged.length - byHand },
    ignored,
  };
  return `${JSON.stringify({ summary, missing, changed, unmanaged }, undefined, 2)}\n`;
}

function verdictOf({ catalog, drift }: Result): string {
  const count = countDifferences(drift);
  return count === 0 ? `The account is as ${catalog} says.` : `${counted(count, "difference")} from ${catalog}.`;
}

/** Returns what the comparison left out. */
function notesOf({ content, drift }: Result): readonly string[] {
  const others = content.otherProducts;
  const noun = others.some(({ active }) => active) ? "product" : "archived product";
  return [
    ...(drift.ignored > 0 ? [`Ignored: ${counted(drift.ignored, "unmanaged object")}.`] : []),
    ...(others.length > 0 ? [`Not read: ${counted(others.length, noun)} without a plan in the catalog.`] : []),
  ];
}

const tableCell = (cell: Cell) => (typeof cell === "string" ? cell : plainOrLiteral(cell.value));

const markdownCell = (cell: Cell) => (typeof cell === "string" ? cell : code(cell.value));
