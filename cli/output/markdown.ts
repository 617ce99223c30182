import { plainOrLiteral } from "./plain";

/** The most characters of a page. GitHub accepts 65,536 in an issue or a comment. */
const maxLength = 60_000;

/** Returns the text as code, which holds no markup, no link and no mention. */
export function code(text: string): string {
  const line = plainOrLiteral(text);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  const space = line.startsWith("`") || line.endsWith("`") ? " " : "";
  // A table ends a cell at a bar, also in code.
  return `${fence}${space}${line}${space}${fence}`.replaceAll("|", "\\|");
}

/** A table with a heading. */
export interface MarkdownTable {
  readonly heading: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Returns the introduction and the tables. Rows that do not fit into 60,000 characters are left
 * out, and counted.
 */
export function markdownPage(introduction: string, tables: readonly MarkdownTable[]): string {
  const lines = [introduction];
  let length = introduction.length;
  for (const { heading, columns, rows } of tables) {
    lines.push("", `### ${heading}`, "", row(columns), row(columns.map(() => "---")));
    const fitting = rows.map(row).filter((line) => {
      length += line.length + 1;
      return length <= maxLength;
    });
    lines.push(...fitting);
    const rest = rows.length - fitting.length;
    if (rest > 0) lines.push("", `${rest.toLocaleString("en-US")} more, which do not fit here.`);
  }
  return `${lines.join("\n")}\n`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
