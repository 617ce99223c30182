import { runHistories } from "./run";

// As many as take some 25 seconds; `npm run test:model` runs thousands.
const runs = Number(process.env["MODEL_RUNS"] ?? 300);
const seed = Number(process.env["MODEL_SEED"] ?? 20_260_729);

describe("Random histories of a stack", () => {
  it(`keep all rules, ${runs} times from seed ${seed}`, async function () {
    this.timeout(0);
    await runHistories(runs, seed);
  });
});
