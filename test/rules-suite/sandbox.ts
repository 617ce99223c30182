import { constants } from "node:os";
import { cases } from "./cases";
import { recordingOf, writeRecording } from "./recording";
import { linesOf, summary, verdictOf } from "./report";
import { newPrefix, type Run, runSuite, sweepPrefix } from "./run";
import { readSettings, type Settings, SettingsError, usage } from "./settings";

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function main(args: readonly string[]): Promise<number> {
  const settings = readSettings(args, process.env);
  if (settings.help) return print(usage);
  const prefix = settings.clean ?? newPrefix();
  try {
    return settings.clean === undefined ? await askAll(settings, prefix) : await clean(settings, prefix);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}`);
    console.error(`Some objects may be left. Remove them with: npm run test:sandbox -- --clean ${prefix}`);
    return 1;
  }
}

async function clean({ target }: Settings, prefix: string): Promise<number> {
  const { archived, detached, products } = await sweepPrefix(target, prefix);
  return print(`Removed: ${detached} attachments, ${products} products, ${archived} features.`);
}

async function askAll({ only, record, target }: Settings, prefix: string): Promise<number> {
  const chosen = cases.filter(({ name }) => only.length === 0 || only.includes(name.split("/", 1)[0] ?? ""));
  if (chosen.length === 0) throw new SettingsError(`There is no case ${only.join(" or ")}.`);
  print(`${chosen.length} cases on ${target.apiBase}; created objects have names that begin with ${prefix}`);
  const interruption = interruptible();
  const run = await runSuite(target, {
    prefix,
    cases: chosen,
    signal: interruption.signal,
    onResult: (result) => print(linesOf(result).join("\n")),
  });
  print(summary(run));
  if (record !== undefined) writeRecording(record, recordingOf(run, target));
  if (run.stopped !== undefined) console.error(`Stopped early: ${run.stopped.message}`);
  return interruption.exitCode ?? exitCodeOf(run);
}

/**
 * Stops the run at the first signal. Further signals are ignored, so that the objects are removed.
 */
function interruptible() {
  const controller = new AbortController();
  const state: { readonly signal: AbortSignal; exitCode?: number } = { signal: controller.signal };
  for (const signal of stopSignals) {
    process.on(signal, () => {
      state.exitCode ??= 128 + constants.signals[signal];
      console.error("Stopping, and removing the created objects.");
      controller.abort();
    });
  }
  return state;
}

/** Returns the exit code. An unpublished answer is not a failure. */
function exitCodeOf({ results, stopped }: Run): number {
  const hasFailed = results.some((result) => ["differs", "failed"].includes(verdictOf(result)));
  return hasFailed || stopped !== undefined ? 1 : 0;
}

function print(text: string): number {
  console.log(text);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof SettingsError ? error.message : error);
    process.exitCode = 1;
  },
);
