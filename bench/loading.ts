import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { installedCopy } from "../test/support/installed-copy";
import { type Comparison, compare } from "./statistics";

const exec = promisify(execFile);
const processes = 21;

const program = `
const started = performance.now();
require("@pulumi/pulumi");
const loaded = performance.now();
require("pulumi-stripe-entitlements");
console.log(JSON.stringify({ other: loaded - started, ours: performance.now() - loaded }));
`;

/**
 * Measures the milliseconds that a program takes to load `@pulumi/pulumi` and then the installed
 * package, in a new process each time.
 */
export async function timeLoading(): Promise<Comparison> {
  const cwd = await installedCopy();
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const times: { ours: number; other: number }[] = [];
  for (let n = 0; n < processes; n += 1) {
    times.push(JSON.parse((await exec(process.execPath, ["-e", program], { cwd, env })).stdout));
  }
  return compare(times);
}
