import { runHistories } from "./run";

// 300 histories take about 25 seconds. `npm run test:model` runs thousands.
const runs = Number(process.env["MODEL_RUNS"] ?? 300);
const seed = Number(process.env["MODEL_SEED"] ?? 20_260_729);

describe("Random histories of a stack", () => {
  it(`break no invariant in ${runs} runs from seed ${seed}`, async function () {
    this.timeout(0);
    await runHistories(runs, seed);
  });
});
