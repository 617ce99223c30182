/**
 * Returns a cycle for each `includes` that leads back to a plan on the way to it. A cycle starts
 * and ends with the same plan: `["a", "b", "a"]`.
 */
export function findCycles(
  includes: ReadonlyMap<string, readonly string[]>,
): readonly (readonly [string, ...string[]])[] {
  const cycles: [string, ...string[]][] = [];
  const done = new Set<string>();
  const visit = (plan: string, path: readonly string[]): void => {
    const start = path.indexOf(plan);
    if (start >= 0) cycles.push([plan, ...path.slice(start + 1), plan]);
    else if (!done.has(plan)) {
      for (const included of includes.get(plan) ?? []) visit(included, [...path, plan]);
      done.add(plan);
    }
  };
  for (const plan of includes.keys()) visit(plan, []);
  return cycles;
}
