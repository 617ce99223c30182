import { randomInt } from "node:crypto";
import { runHistories } from "./run";

const runs = Number(process.env["MODEL_RUNS"] ?? 10_000);
const seed = Number(process.env["MODEL_SEED"] ?? randomInt(2 ** 31));

describe("Random histories of two stacks", () => {
  it(`break no invariant in ${runs} runs from seed ${seed}`, async function () {
    this.timeout(0);
    await runHistories(runs, seed);
  });
});
