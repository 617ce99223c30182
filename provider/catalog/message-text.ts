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

/**
 * Returns the Levenshtein distance: the least number of characters to insert, remove or replace to
 * turn `one` into `other`.
 */
function editDistance(one: string, other: string): number {
  const columns = [...other];
  // row[n] is the distance from the characters of `one` so far to the first n of `other`.
  let row = [0, ...columns.map((_, index) => index + 1)];
  for (const [rowIndex, character] of [...one].entries()) {
    const next = [rowIndex + 1];
    for (const [index, otherCharacter] of columns.entries()) {
      const replaceCost = (row[index] ?? 0) + (character === otherCharacter ? 0 : 1);
      const otherCost = Math.min(row[index + 1] ?? 0, next[index] ?? 0) + 1;
      next.push(Math.min(replaceCost, otherCost));
    }
    row = next;
  }
  return row[columns.length] ?? 0;
}
