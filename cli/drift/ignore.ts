import picomatch from "picomatch";

/**
 * Returns whether a text matches one of the patterns. Keys and owners are no paths: a `*` matches
 * slashes and a leading dot, too.
 */
export function matcherOf(patterns: readonly string[]): (text: string) => boolean {
  return picomatch([...patterns], { bash: true, dot: true, nonegate: true, windows: false });
}
