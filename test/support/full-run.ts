/**
 * Whether all tests run. `npm run test:chaos` sets CHAOS=full. `npm test` must end within ten
 * minutes, so it leaves out the slow variants of a test.
 */
export const isFullRun = process.env["CHAOS"] === "full";

/** Declares a test for a full run only. Later tests must not depend on it. */
export function itInFullRun(title: string, body: Mocha.AsyncFunc): void {
  if (isFullRun) it(title, body);
}

/** Declares a suite for a full run only. */
export function describeInFullRun(title: string, body: (this: Mocha.Suite) => void): void {
  if (isFullRun) describe(title, body);
}

/** Returns the values in a full run, and else none of them. */
export function inFullRun<T>(...values: readonly T[]): readonly T[] {
  return isFullRun ? values : [];
}
