export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** How a cost grows: 1 where twice as many objects cost twice as much. */
export function exponent(from: { objects: number; cost: number }, to: { objects: number; cost: number }): number {
  return Math.log(to.cost / from.cost) / Math.log(to.objects / from.objects);
}

/** Two things measured in turn, in one run: medians, and what one is of the other. */
export interface Comparison {
  readonly ours: number;
  readonly other: number;
  readonly ratio: number;
}

export function compare(times: readonly { readonly ours: number; readonly other: number }[]): Comparison {
  const ours = median(times.map((time) => time.ours));
  const other = median(times.map((time) => time.other));
  return { ours, other, ratio: ours / other };
}
