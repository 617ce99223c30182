import { type InvokeOptions, type InvokeOutputOptions, type Output, output, runtime } from "@pulumi/pulumi";
import { EntitlementsError } from "../lifecycle/errors";
import type { LookupFunction } from "../lookups/function";
import { idsOfDependencies } from "./dependencies";
import { toProgramError } from "./program-errors";
import { getLookups } from "./run-lookups";

/**
 * Calls the function with plain values.
 *
 * @param isFresh whether the call must not reuse the answers that this run already has
 * @throws EntitlementsError when an argument or a setting is invalid, or a request fails
 */
export async function call<Args extends object, Result>(
  { name, check, answer }: LookupFunction<Args, Result>,
  given: Args,
  options: InvokeOptions = {},
  isFresh = false,
): Promise<Result> {
  try {
    // JavaScript may omit them. The error then says which are needed.
    const args = given ?? ({} as Args);
    check(args);
    if (isMocked(name)) return await runtime.invoke(`stripe-entitlements:index:${name}`, { ...args }, options);
    return await keepAlive(async () => {
      const lookups = await getLookups();
      return answer(isFresh ? lookups.withoutAnswers() : lookups, args);
    });
  } catch (error) {
    throw toProgramError(error);
  }
}

/**
 * Calls the function once its dependencies exist, as `runtime.invokeOutput` does. Dependencies are
 * the arguments, the resources that they come from, and the resources in `dependsOn`. At preview
 * the result is unknown while one of them does not exist, and nothing is sent.
 */
export function callOutput<Args extends object, Result>(
  fn: LookupFunction<Args, Result>,
  args: Readonly<Record<string, unknown>>,
  { dependsOn, ...options }: InvokeOutputOptions = {},
): Output<Result> {
  // The arguments come first, so that the error of one of them is shown unchanged.
  return output(args).apply((known) =>
    output(idsOfDependencies(fn.name, args ?? {}, dependsOn)).apply((ids) => {
      // Answers from before the update of these resources are outdated.
      const isFresh = ids.length > 0 && !runtime.isDryRun();
      return call(fn, known as Args, options, isFresh);
    }),
  ) as Output<Result>;
}

/** Runs the call so that a program that ends itself (Automation API) waits for it. */
async function keepAlive<T>(call: () => Promise<T>): Promise<T> {
  const done = runtime.rpcKeepAlive();
  try {
    return await call();
  } finally {
    done();
  }
}

/**
 * Whether the program runs under `runtime.setMocks`. Its monitor is then an object of the test
 * instead of a client of the engine. The SDK has no public function for this.
 *
 * @throws EntitlementsError outside an engine and without mocks
 */
function isMocked(name: string): boolean {
  const monitor = runtime.getMonitor();
  if (monitor === undefined) {
    throw new EntitlementsError(`${name}: the program does not run in a Pulumi engine`, {
      kind: "configuration",
      hint: "Run it with `pulumi`, or call pulumi.runtime.setMocks in a test.",
    });
  }
  return !("waitForReady" in monitor);
}
