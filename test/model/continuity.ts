import { declaredPairs, type Program } from "./program";
import { activeWithKey, isAttached, type ServerView } from "./server-view";

/**
 * Watches what the program declares while a command runs: a lookup key that is active, or a pair that is attached, must not cease to be so
 * in between, because customers would be without what they pay for.
 */
export class Continuity {
  readonly breaks: string[] = [];
  #standing = new Set<string>();
  readonly #wanted: readonly { readonly name: string; readonly holds: (view: ServerView) => boolean }[];

  constructor(program: Program, before: ServerView) {
    this.#wanted = [
      ...program.features.map(({ lookupKey }) => ({
        name: `feature ${lookupKey}`,
        holds: (view: ServerView) => activeWithKey(view, lookupKey) !== undefined,
      })),
      ...declaredPairs(program).map(({ product, lookupKey }) => ({
        name: `attachment of ${lookupKey} to ${product}`,
        holds: (view: ServerView) => isAttached(view, product, lookupKey),
      })),
    ];
    this.look(before, "the start");
  }

  /** To be called after each request. */
  look(view: ServerView, request: string): void {
    const standing = this.#wanted.filter(({ holds }) => holds(view)).map(({ name }) => name);
    const now = new Set(standing);
    for (const name of this.#standing) {
      if (!now.has(name)) this.breaks.push(`${name} is declared, and went away with ${request}`);
    }
    this.#standing = now;
  }
}
