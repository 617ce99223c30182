import fc from "fast-check";
import { TestStack } from "../support/stack";
import { FlagRun } from "./flags/history";
import { flagHistories } from "./flags/steps";

const minutes = Number(process.env["CHAOS_MINUTES"] ?? 2);
const firstSeed = Number(process.env["CHAOS_SEED"] ?? Date.now() % 1_000_000);

describe("Random flags of the CLI, with two stacks", function () {
  this.timeout(0);

  it(`break no invariant in ${minutes} minutes from seed ${firstSeed}`, async () => {
    const end = Date.now() + minutes * 60_000;
    const failed: number[] = [];
    let seed = firstSeed;
    do {
      if (!(await isUpheld(seed))) failed.push(seed);
      seed += 1;
    } while (Date.now() < end);
    if (failed.length > 0) throw new Error(`Repeat with CHAOS_MINUTES=0 and CHAOS_SEED=${failed}`);
  });
});

async function isUpheld(seed: number): Promise<boolean> {
  const [history] = fc.sample(flagHistories, { numRuns: 1, seed });
  if (history === undefined) return true;
  await using dev = await TestStack.start();
  const staging = await dev.another("staging");
  const log: string[] = [];
  const started = Date.now();
  try {
    await new FlagRun(dev, staging, history, log).run(history);
    const commands = log.filter((line) => line.endsWith(" s)")).length;
    console.log(`        seed ${seed}: ${commands} commands, ${Math.round((Date.now() - started) / 1_000)} s`);
    if (process.env["CHAOS_LOG"]) console.log(log.join("\n"));
    return true;
  } catch (error) {
    console.log(
      `        seed ${seed} breaks a rule:\n${log.join("\n")}\n${error instanceof Error ? error.stack : error}`,
    );
    return false;
  }
}
