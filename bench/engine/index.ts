/**
 * Compares this package with a provider that does nothing: the same program with the real CLI, in
 * turn and in one run, on the emulator with 100 ms a request and 25 requests a second.
 *
 *     npm run bench -- [--quick | --write] [--sizes <list>] [--checkpoints <list>]
 *     npm run bench -- --render
 *
 * `--sizes` takes small, medium and large, and `--checkpoints` with and without, separated by
 * commas. `--quick` times each command once, by default for the smallest size only. Its figures are
 * too rough to publish. `--write` writes bench/measured.json, docs/benchmarks.md and its picture.
 * `--render` writes the page and the picture from bench/measured.json and measures nothing.
 */
import { parseArgs } from "node:util";
import { timeLoading } from "../loading";
import { describeMachine, measure, timedPhases } from "./measure";
import { readResults, renderPage, writeResults } from "./page";
import { large, medium, type Size, small } from "./program";
import { timeStarts } from "./program-start";
import { report } from "./report";
import type { Checkpoints, Measured, Results } from "./results";

const sizesByName: Readonly<Record<string, Size>> = { small, medium, large };

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    sizes: { type: "string" },
    checkpoints: { type: "string", default: "without,with" },
    write: { type: "boolean", default: false },
    render: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  if (values.render) return renderPage(await readResults());
  if (values.quick && values.write) throw new Error("--quick is too rough to publish. Remove --quick or --write.");
  await measureAll();
}

async function measureAll(): Promise<void> {
  const sizes = (values.sizes ?? (values.quick ? "small" : "small,medium,large")).split(",").map(sizeOf);
  const modes = values.checkpoints.split(",").map(checkpointsOf);
  const log = (line: string) => console.error(line);
  const engine: Measured[] = [];
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    machine: await describeMachine(),
    loading: await timeLoading(),
    starts: await timeStarts(log, values.quick ? 1 : 7),
    engine,
  };
  for (const size of sizes) {
    for (const checkpoints of modes) {
      if (timedPhases(size, checkpoints).length === 0) continue;
      engine.push(await measure(size, checkpoints, log));
      // A run of all sizes takes more than an hour, so each part is written when it is complete.
      if (values.write) {
        await writeResults(results);
        await renderPage(results);
      }
    }
  }
  if (!values.write) console.log(report(results));
}

function sizeOf(name: string): Size {
  const size = sizesByName[name];
  if (size === undefined)
    throw new Error(`--sizes must be a list of ${Object.keys(sizesByName).join(", ")}, got "${name}"`);
  return values.quick ? { ...size, stacks: 1, repeats: 1 } : size;
}

function checkpointsOf(name: string): Checkpoints {
  if (name !== "with" && name !== "without")
    throw new Error(`--checkpoints must be a list of with, without, got "${name}"`);
  return name;
}

void main();
