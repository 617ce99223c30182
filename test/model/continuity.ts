import { isDeepStrictEqual } from "node:util";
import { declaredPairs, type Program } from "./program";
import type { Gaps, Pair } from "./replaced-first";
import { activeWithKey, isAttached, type ServerView } from "./server-view";

/**
 * Checks, during a command, that every declared lookup key stays active and every declared pair
 * stays attached once it is. Customers lose access during a gap, even if the command ends well.
 */
export class Continuity {
  readonly violations: string[] = [];
  #present = new Set<string>();
  readonly #declared: readonly { readonly name: string; readonly holds: (view: ServerView) => boolean }[];

  /** @param gaps what may be gone for a moment */
  constructor(program: Program, before: ServerView, { keys, pairs }: Gaps) {
    const isExcepted = (pair: Pair) => pairs.some((each) => isDeepStrictEqual(each, pair));
    this.#declared = [
      ...program.features
        .filter(({ lookupKey }) => !keys.includes(lookupKey))
        .map(({ lookupKey }) => ({
          name: `feature ${lookupKey}`,
          holds: (view: ServerView) => activeWithKey(view, lookupKey) !== undefined,
        })),
      ...declaredPairs(program)
        .filter((pair) => !isExcepted(pair))
        .map(({ product, lookupKey }) => ({
          name: `attachment of ${lookupKey} to ${product}`,
          holds: (view: ServerView) => isAttached(view, product, lookupKey),
        })),
    ];
    this.observe(before, "the start");
  }

  /** The caller must call it after each request. */
  observe(view: ServerView, request: string): void {
    const present = this.#declared.filter(({ holds }) => holds(view)).map(({ name }) => name);
    const now = new Set(present);
    for (const name of this.#present) {
      if (!now.has(name)) this.violations.push(`${name} is declared, but ${request} removed it`);
    }
    this.#present = now;
  }
}
