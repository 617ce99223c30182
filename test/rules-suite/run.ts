import { type Choices, defaultChoices } from "../../emulator";
import { bodyOf, type Case, featuresPath, productsPath } from "./case";
import { cases as allCases } from "./cases";
import { isAsExpected, type Observation } from "./observation";
import { type Exchange, Interrupted, LiveModeError, Session } from "./session";
import { type Swept, sweep } from "./sweep";
import type { Target } from "./target";

/** What became of one case. */
export type Result =
  | {
      readonly case: Case;
      readonly kind: "answered";
      readonly seen: Observation;
      readonly expected: Observation;
      /** The answer is the emulator's. */
      readonly same: boolean;
    }
  | { readonly case: Case; readonly kind: "leftOut" | "failed"; readonly reason: string };

export interface RunOptions {
  /** See {@link newPrefix}. */
  readonly prefix: string;
  readonly cases?: readonly Case[];
  /** The emulator that the server is compared with, by its choices; the default ones by default. */
  readonly choices?: Choices;
  /** Ends the run after the request that is under way; what was made is still put away. */
  readonly signal?: AbortSignal;
  readonly observe?: (exchange: Exchange) => void;
  readonly onResult?: (result: Result) => void;
}

export interface Run {
  readonly results: readonly Result[];
  readonly swept: Swept;
  /** Why the run ended before its last case. */
  readonly stopped?: Error;
}

const nothingSwept: Swept = { detached: 0, products: 0, archived: 0 };
const prefixBytes = 5;

/** The begin of the names of one run: no other objects have it. */
export function newPrefix(): string {
  const random = crypto.getRandomValues(Buffer.alloc(prefixBytes)).toString("hex");
  return `rules-${random}-`;
}

/**
 * Asks a server every question, one after the other, and puts away what it has made there.
 *
 * @throws CannotAsk when the server does not answer, or refuses the key; SweepError when something
 * is left.
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

/** Puts away what an earlier run has left, by its prefix. */
export function sweepPrefix(target: Target, prefix: string): Promise<Swept> {
  return sweep(new Session(target, { prefix }));
}

/**
 * The first requests change nothing: they find out whether the key is taken, and in which mode it
 * acts.
 */
async function meet(session: Session): Promise<void> {
  for (const path of [featuresPath, productsPath]) bodyOf(`listing ${path}`, await session.get(path, { limit: 1 }));
}

async function ask(item: Case, session: Session, choices: Choices): Promise<Result> {
  const missing = item.needs.filter((need) => session.target.extras[need] === undefined);
  if (missing.length > 0) return { case: item, kind: "leftOut", reason: `needs ${missing.join(", ")}` };
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
 * With a session of its own, that no signal stops and that also puts away what was made in live
 * mode.
 */
function sweepAfter(session: Session, observe: RunOptions["observe"]): Promise<Swept> {
  const { features, prefix, products, target } = session;
  const sweeper = new Session(target, { prefix, observe, allowLiveMode: true });
  for (const id of features) sweeper.features.add(id);
  for (const id of products) sweeper.products.add(id);
  return sweep(sweeper);
}
