import fc from "fast-check";
import { type Emulator, startEmulator } from "../../emulator";
import type { Tally } from "./agreement";
import { histories as allHistories, type RandomHistory } from "./arbitraries";
import { formatCommand } from "./commands";
import { History } from "./history";
import { stackNames } from "./program";

/** Histories per emulator. An emulator keeps every account in memory. */
const perEmulator = 250;

export interface RunOptions {
  readonly histories?: fc.Arbitrary<RandomHistory>;
  /** Given when each undisturbed `up` is compared with its preview. */
  readonly previews?: Tally | undefined;
}

/**
 * Runs random histories.
 *
 * @throws Error with the seed, the path and the shortest history that fails, one line per command
 */
export async function runHistories(
  runs: number,
  seed: number,
  { histories = allHistories, previews }: RunOptions = {},
): Promise<void> {
  for (let done = 0; done < runs; done += perEmulator) {
    await using emulator = await startEmulator();
    const property = fc.asyncProperty(histories, (history) => runHistory(emulator, history, previews));
    const batch = seed + done;
    const result = await fc.check(property, { seed: batch, numRuns: Math.min(perEmulator, runs - done), ...path });
    if (result.failed) throw new Error(report(result));
  }
}

export async function runHistory(
  emulator: Emulator,
  { settings, commands }: RandomHistory,
  previews?: Tally,
): Promise<void> {
  using history = new History(emulator, settings, previews);
  for (const command of commands) await history.apply(command);
  await history.finish();
}

const path = process.env["MODEL_PATH"] === undefined ? {} : { path: process.env["MODEL_PATH"] };

function report({ seed, counterexamplePath, counterexample, errorInstance }: fc.RunDetails<[RandomHistory]>): string {
  const { settings, commands } = counterexample?.[0] ?? { settings: [], commands: [] };
  return [
    `A history breaks a rule: MODEL_SEED=${seed} MODEL_PATH=${counterexamplePath}`,
    ...settings.map(
      ({ ownership, adopt, adapter = "dynamic" }, index) =>
        `  ${stackNames[index]}: ownership ${ownership}, adopt ${adopt}, ${adapter}`,
    ),
    ...commands.map((command, index) => `  ${index + 1}. ${formatCommand(command)}`),
    String(errorInstance instanceof Error ? errorInstance.stack : errorInstance),
  ].join("\n");
}
