import assert from "node:assert/strict";
import { Tally } from "./agreement";
import { undisturbedHistories } from "./arbitraries";
import { runHistories } from "./run";

// 40 histories take about 5 seconds. `MODEL_RUNS=1000` runs more.
const runs = Number(process.env["MODEL_RUNS"] ?? 40);
const seed = Number(process.env["MODEL_SEED"] ?? 20_260_729);

describe("Previews in random histories of two stacks", () => {
  it(`say what the next up does, in ${runs} runs from seed ${seed}`, async function () {
    this.timeout(0);
    const tally = new Tally();
    await runHistories(runs, seed, { histories: undisturbedHistories, previews: tally });
    this.runnable().title += `: ${tally}`;
    assert.ok(tally.isComplete, String(tally));
  });
});
