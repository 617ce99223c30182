/**
 * Quotes a string. Objects and functions are described by their type only, because converting one
 * could throw.
 */
export function quoted(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return value !== null && ["object", "function"].includes(typeof value) ? "an object" : String(value);
}

/** Returns ` (did you mean "…"?)` with the most similar known name, or "" if none is similar. */
export function suggestion(name: unknown, known: readonly string[]): string {
  if (typeof name !== "string") return "";
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= 2 && distance <= candidate.length / 2)
    .toSorted((one, other) => one.distance - other.distance);
  return nearest === undefined ? "" : ` (did you mean ${quoted(nearest.candidate)}?)`;
}

/** Returns the Levenshtein distance: how many letters must be inserted, removed or replaced. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column += 1) {
      const replace = (row[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1);
      const insertOrRemove = Math.min(row[column] ?? 0, next[column - 1] ?? 0) + 1;
      next.push(Math.min(replace, insertOrRemove));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
