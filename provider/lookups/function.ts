import type { Lookups } from "./lookups";

/** A function that programs call in every language. `Args` and `Result` hold plain values. */
export interface LookupFunction<Args extends object, Result> {
  readonly name: string;
  /**
   * Throws an EntitlementsError on invalid arguments: the compiler does not check those of
   * JavaScript.
   */
  readonly check: (args: Args) => void;
  /** Returns a new object, because callers may change it. */
  readonly answer: (lookups: Lookups, args: Args) => Promise<Result>;
}
