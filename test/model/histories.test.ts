import { startEmulator } from "../../emulator";
import { Tally } from "./agreement";
import { knownHistories } from "./known-histories";
import { runHistories, runHistory } from "./run";

// 300 histories take 10 to 25 seconds. `npm run test:model` runs thousands.
const runs = Number(process.env["MODEL_RUNS"] ?? 300);
const seed = Number(process.env["MODEL_SEED"] ?? 20_260_729);

describe("Histories that broke a rule once", () => {
  for (const { title, ...history } of knownHistories) {
    it(title, async () => {
      await using emulator = await startEmulator();
      await runHistory(emulator, history, new Tally());
    });
  }
});

describe("Random histories of two stacks", () => {
  it(`break no invariant in ${runs} runs from seed ${seed}`, async function () {
    this.timeout(0);
    await runHistories(runs, seed);
  });
});
