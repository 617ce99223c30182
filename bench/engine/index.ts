/**
 * What the provider costs beyond the engine: the same program on this package and on a provider that does nothing, on the real CLI, in turn
 * and in one run, against the emulator with 100 ms a request and 25 requests a second.
 *
 *   npm run bench -- [--quick] [--sizes small,medium,large] [--checkpoints with,without] [--write]
 *   npm run bench -- --from bench/measured.json --write
 *
 * `--quick` times each command once, and alone the smallest size: a look, and no figure to quote. `--write` writes docs/benchmarks.md, its
 * picture, and the figures behind them; with `--from` nothing is measured.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { timeLoading } from "../loading";
import type { Checkpoints } from "./bench-stack";
import { type Measured, measure } from "./measure";
import { writePage } from "./page";
import { timeStarts } from "./program-start";
import { report } from "./report";
import { describeMachine, type Results } from "./results";
import { large, medium, type Size, small } from "./sizes";

const all: Readonly<Record<string, Size>> = { small, medium, large };

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    sizes: { type: "string" },
    checkpoints: { type: "string", default: "with,without" },
    write: { type: "boolean", default: false },
    from: { type: "string" },
  },
});

async function main(): Promise<void> {
  if (values.quick && values.write) throw new Error("--quick measures no figure to quote: leave --write out");
  if (values.from === undefined) return measureAll();
  await show(JSON.parse(await readFile(values.from, "utf8")));
}

async function measureAll(): Promise<void> {
  const sizes = (values.sizes ?? (values.quick ? "small" : "small,medium,large")).split(",").map(sizeOf);
  const checkpoints = values.checkpoints.split(",").map(checkpointsOf);
  const say = (line: string) => console.error(line);
  const engine: Measured[] = [];
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    machine: await describeMachine(),
    loading: await timeLoading(),
    starts: await timeStarts(say, values.quick ? 1 : 7),
    engine,
  };
  for (const size of sizes) {
    for (const way of checkpoints) {
      engine.push(await measure(size, way, say));
      // A run of all sizes takes more than an hour: what is measured is written at once.
      if (values.write) await writePage(results);
    }
  }
  await show(results);
}

async function show(results: Results): Promise<void> {
  if (values.write) await writePage(results);
  else console.log(report(results));
}

function sizeOf(name: string): Size {
  const size = all[name];
  if (size === undefined) throw new Error(`--sizes: ${name} is none of ${Object.keys(all).join(", ")}`);
  return values.quick ? { ...size, stacks: 1, repeats: 1 } : size;
}

function checkpointsOf(name: string): Checkpoints {
  if (name !== "with" && name !== "without") throw new Error(`--checkpoints: ${name} is neither with nor without`);
  return name;
}

void main();
