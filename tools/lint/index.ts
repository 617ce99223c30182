/**
 * `npm run lint`: runs all checks, two at a time, and shows the output of those that fail.
 * Arguments name the checks to run, as in `npm run lint prose imports`.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import pLimit from "p-limit";

const checkout = join(__dirname, "..", "..");

/** The command of each check. tools/run.mjs puts the programs on PATH. */
const checks: Readonly<Record<string, readonly string[]>> = {
  types: ["tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", "node_modules/.cache/lint.tsbuildinfo"],
  prose: ["node", "-r", "ts-node/register/transpile-only", "tools/lint/prose.ts"],
  schema: ["node", "-r", "ts-node/register/transpile-only", "tools/schema/index.ts", "--check"],
  reference: ["typedoc", "--emit", "none"],
  unused: ["knip", "--no-progress"],
  imports: ["depcruise", "--output-type", "err-long", "provider", "emulator", "cli", "test", "bench", "tools"],
  format: ["biome", "check", "--max-diagnostics=none"],
};

/** Runs a check, prints its output if it fails, and returns whether it passed. */
async function passes(name: string, [command = "", ...args]: readonly string[]): Promise<boolean> {
  const start = performance.now();
  // Windows runs the programs of npm packages, which are .cmd files, only in a shell.
  const shell = process.platform === "win32";
  const child = spawn(command, args, { cwd: checkout, shell, stdio: ["ignore", "pipe", "pipe"] });
  const exit = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (code !== 0) console.error(`\n${out}${error}`);
  console.log(`${code === 0 ? "passed" : "FAILED"} ${name} (${seconds} s)`);
  return code === 0;
}

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !(name in checks));
  if (unknown !== undefined) throw new Error(`No check "${unknown}"; there are: ${Object.keys(checks).join(", ")}`);
  const limit = pLimit(2);
  const chosen = Object.entries(checks).filter(([name]) => names.length === 0 || names.includes(name));
  const results = await Promise.all(chosen.map(([name, command]) => limit(() => passes(name, command))));
  if (results.includes(false)) process.exitCode = 1;
}

void main(process.argv.slice(2));
