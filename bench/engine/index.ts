/**
 * What the provider costs beyond the engine: the same program on this package and on a provider that does nothing, on the real CLI, in turn
 * and in one run, against the emulator with 100 ms a request and 25 requests a second.
 *
 *   npm run bench -- [--quick] [--sizes small,medium,large] [--checkpoints with,without]
 *
 * `--quick` times each command once, and alone the smallest size: a look, and no figure to quote.
 */
import { execFile } from "node:child_process";
import { parseArgs, promisify } from "node:util";
import type { Checkpoints } from "./bench-stack";
import { type Measured, measure } from "./measure";
import { report } from "./report";
import { large, medium, type Size, small } from "./sizes";

const all: Readonly<Record<string, Size>> = { small, medium, large };

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    sizes: { type: "string" },
    checkpoints: { type: "string", default: "with,without" },
  },
});

async function main(): Promise<void> {
  const { stdout: cli } = await promisify(execFile)("pulumi", ["version"]);
  const measured: Measured[] = [];
  const sizes = values.sizes ?? (values.quick ? "small" : "small,medium,large");
  for (const size of sizes.split(",").map(sizeOf)) {
    for (const checkpoints of values.checkpoints.split(",").map(checkpointsOf)) {
      measured.push(await measure(size, checkpoints, (line) => console.error(line)));
    }
  }
  console.log(report(measured, cli.trim()));
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
