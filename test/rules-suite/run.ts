import { type Choices, defaultChoices } from "../../emulator";
import { bodyOf, type Case, featuresPath, productsPath } from "./case";
import { cases as allCases } from "./cases";
import { isAsExpected, type Observation } from "./observation";
import { type Exchange, Interrupted, LiveModeError, Session } from "./session";
import { type Swept, sweep } from "./sweep";
import type { Target } from "./target";

/** The result of a case. */
export type Result =
  | {
      readonly case: Case;
      readonly kind: "answered";
      readonly seen: Observation;
      readonly expected: Observation;
      /** Whether the emulator gives the same answer. */
      readonly same: boolean;
    }
  | { readonly case: Case; readonly kind: "skipped" | "failed"; readonly reason: string };

export interface RunOptions {
  /** See {@link newPrefix}. */
  readonly prefix: string;
  readonly cases?: readonly Case[];
  /** The choices of the emulator to compare with. The defaults by default. */
  readonly choices?: Choices;
  /** Stops the run after the current request. Created objects are still removed. */
  readonly signal?: AbortSignal;
  readonly observe?: (exchange: Exchange) => void;
  readonly onResult?: (result: Result) => void;
}

export interface Run {
  readonly results: readonly Result[];
  readonly swept: Swept;
  /** Why the run stopped before its last case. Absent if it did not. */
  readonly stopped?: Error;
}

const nothingSwept: Swept = { detached: 0, products: 0, archived: 0 };
const prefixBytes = 5;

/** Returns a new prefix for the names of one run. No other objects have it. */
export function newPrefix(): string {
  const random = crypto.getRandomValues(Buffer.alloc(prefixBytes)).toString("hex");
  return `rules-${random}-`;
}

/**
 * Runs all cases one after the other, then removes the objects that they created.
 *
 * @throws CannotAsk if the server does not answer or refuses the key; SweepError if objects are
 * left.
 */
export async function runSuite(target: Target, options: RunOptions): Promise<Run> {
  const { prefix, signal, observe } = options;
  const session = new Session(target, { prefix, signal, observe });
  const results: Result[] = [];
  let stopped: Error | undefined;
  try {
    await meet(session);
    for (const item of options.cases ?? allCases) {
      const result = await ask(item, session, options.choices ?? defaultChoices);
      results.push(result);
      options.onResult?.(result);
    }
  } catch (error) {
    if (!(error instanceof Interrupted || error instanceof LiveModeError)) throw error;
    stopped = error;
  } finally {
    await session.settled();
  }
  const swept = session.hasWritten ? await sweepAfter(session, observe) : nothingSwept;
  return { results, swept, ...(stopped && { stopped }) };
}

/** Removes the objects of an earlier run by their prefix. */
export function sweepPrefix(target: Target, prefix: string): Promise<Swept> {
  return sweep(new Session(target, { prefix }));
}

/**
 * Sends the first requests, which only read. They show whether the key is accepted, and its mode.
 */
async function meet(session: Session): Promise<void> {
  for (const path of [featuresPath, productsPath]) bodyOf(`listing ${path}`, await session.get(path, { limit: 1 }));
}

async function ask(item: Case, session: Session, choices: Choices): Promise<Result> {
  const missing = item.needs.filter((need) => session.target.extras[need] === undefined);
  if (missing.length > 0) return { case: item, kind: "skipped", reason: `needs ${missing.join(", ")}` };
  try {
    const seen = await item.run(session);
    const expected = item.expected(choices);
    return { case: item, kind: "answered", seen, expected, same: isAsExpected(seen, expected) };
  } catch (error) {
    if (error instanceof Interrupted || error instanceof LiveModeError) throw error;
    return { case: item, kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Removes the objects with a separate session, which no signal stops and which may act in live
 * mode.
 */
function sweepAfter(session: Session, observe: RunOptions["observe"]): Promise<Swept> {
  const { features, prefix, products, target } = session;
  const sweeper = new Session(target, { prefix, observe, allowLiveMode: true });
  for (const id of features) sweeper.features.add(id);
  for (const id of products) sweeper.products.add(id);
  return sweep(sweeper);
}
