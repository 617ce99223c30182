import { renameHistories } from "./arbitraries";
import { runHistories } from "./run";

const runs = Number(process.env["MODEL_RUNS"] ?? 100);
const seed = Number(process.env["MODEL_SEED"] ?? 20_260_729);

describe("Random histories of renames, swaps, reverts and kills", () => {
  it(`archive and detach nothing that is declared, in ${runs} runs from seed ${seed}`, async function () {
    this.timeout(0);
    await runHistories(runs, seed, { histories: renameHistories });
  });
});
