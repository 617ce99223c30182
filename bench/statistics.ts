/** Returns NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Returns how a cost grows with the objects: 1 when twice as many objects cost twice as much. */
export function exponent(from: { objects: number; cost: number }, to: { objects: number; cost: number }): number {
  return Math.log(to.cost / from.cost) / Math.log(to.objects / from.objects);
}

/** The medians of two quantities that one run measured in turn, and `ours` divided by `other`. */
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
