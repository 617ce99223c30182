import { renameHistories } from "./arbitraries";
import { runHistories } from "./run";

// 40 histories take about 5 seconds. `MODEL_RUNS=1000` runs more.
const runs = Number(process.env["MODEL_RUNS"] ?? 40);
const seed = Number(process.env["MODEL_SEED"] ?? 20_260_729);

describe("Random histories of renames, swaps, reverts and kills", () => {
  it(`archive and detach nothing that is declared, in ${runs} runs from seed ${seed}`, async function () {
    this.timeout(0);
    await runHistories(runs, seed, { histories: renameHistories });
  });
});
