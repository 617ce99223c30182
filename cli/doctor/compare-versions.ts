/** Whether a version, such as `v3.274.1` or `3.230.0-alpha.1`, is at least `oldest`. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [one, other] = [partsOf(version), partsOf(oldest)];
  for (const [index, part] of other.entries()) {
    const difference = (one[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function partsOf(version: string): readonly number[] {
  return (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? "").split(".").map(Number);
}
