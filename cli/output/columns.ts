const segments = new Intl.Segmenter();

/** Returns lines with the cells of the rows in columns. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
  }
  const padded = (cell: string, column: number) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell));
  return rows.map((row) => row.map(padded).join("  ").trimEnd());
}

/** Returns the number of characters as people count them. */
function widthOf(text: string): number {
  return [...segments.segment(text)].length;
}
