/** Returns the list in an order that only depends on `seed`. Zero keeps the order. */
export function shuffle<T>(list: readonly T[], seed: number): readonly T[] {
  if (seed === 0) return list;
  const position = (index: number) => ((index + 1) * (2 * seed + 1) * 2_654_435_761) % 4_294_967_296;
  return list
    .map((each, index) => ({ each, position: position(index) }))
    .sort((a, b) => a.position - b.position)
    .map(({ each }) => each);
}
