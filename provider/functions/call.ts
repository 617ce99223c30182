import { type InvokeOptions, type InvokeOutputOptions, type Output, output, RunError, runtime } from "@pulumi/pulumi";
import { formatError } from "../dynamic/engine-errors";
import { isEntitlementsError } from "../lifecycle/errors";
import { idsOfDependencies } from "./dependencies";
import type { Lookups } from "./lookups";
import { lookupsOfRun } from "./run";

/** A function for programs: `Args` and `Result` hold plain values. */
export interface ProgramFunction<Args extends object, Result> {
  readonly name: string;
  /** Throws a RunError on arguments that cannot be; the compiler does not see those of JavaScript. */
  readonly check: (args: Args) => void;
  /** A result that nobody else has: callers may change it. */
  readonly answer: (lookups: Lookups, args: Args) => Promise<Result>;
}

/**
 * Calls the function with values, as `runtime.invoke` calls those of a provider.
 *
 * @param anew whether an answer that this run has already is too old
 */
export async function call<Args extends object, Result>(
  { name, check, answer }: ProgramFunction<Args, Result>,
  given: Args,
  options: InvokeOptions = {},
  anew = false,
): Promise<Result> {
  // JavaScript may leave them out, and is then told which are needed.
  const args = given ?? ({} as Args);
  check(args);
  if (isMocked(name)) return runtime.invoke(`stripe-entitlements:index:${name}`, { ...args }, options);
  // A program with an end of its own (the Automation API) waits for what is still asked.
  const done = runtime.rpcKeepAlive();
  try {
    const lookups = await lookupsOfRun();
    return await answer(anew ? lookups.anew() : lookups, args);
  } catch (error) {
    throw forProgram(error);
  } finally {
    done();
  }
}

/**
 * Calls the function once all that it depends on is there, as `runtime.invokeOutput` does: its arguments, the resources that they come from,
 * and those in `dependsOn`. At preview, where one of them is not there yet, the result is unknown, and nothing is asked.
 */
export function callOutput<Args extends object, Result>(
  fn: ProgramFunction<Args, Result>,
  args: Readonly<Record<string, unknown>>,
  { dependsOn, ...options }: InvokeOutputOptions = {},
): Output<Result> {
  // The arguments first: a failure in one of them is then told in its own words.
  return output(args).apply((known) =>
    output(idsOfDependencies(fn.name, args ?? {}, dependsOn)).apply((ids) => {
      // What an update has made or changed meanwhile is waited for in order to be seen.
      const anew = ids.length > 0 && !runtime.isDryRun();
      return call(fn, known as Args, options, anew);
    }),
  ) as Output<Result>;
}

/**
 * Whether the program runs under `runtime.setMocks`: its monitor is then an object of the test, and no client of an engine. (Nothing public says
 * so; the name of the mocks' class is no part of the SDK's interface either.)
 */
function isMocked(name: string): boolean {
  const monitor = runtime.getMonitor();
  if (monitor === undefined) {
    throw new RunError(
      `${name}: there is no Pulumi engine. Run the program with \`pulumi\`, or call pulumi.runtime.setMocks in a test.`,
    );
  }
  return !("waitForReady" in monitor);
}

// One failure can be the answer to many questions: as one error it is shown once.
const shown = new WeakMap<object, RunError>();

/** A RunError is shown without a stack trace. */
function forProgram(error: unknown): unknown {
  if (!isEntitlementsError(error)) return error;
  const known = shown.get(error) ?? new RunError(formatError(error));
  shown.set(error, known);
  return known;
}
