import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

export const checkout = resolve(__dirname, "..", "..", "..");

/** Imports a module of tools/setup, which is plain JavaScript without declarations. */
export function load<Module>(file: string): Promise<Module> {
  return import(pathToFileURL(join(checkout, "tools", "setup", file)).href);
}

/** The places of a step in tools/setup. */
export interface Setup {
  readonly checkout: string;
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Cache {
  cacheDirectory(env: NodeJS.ProcessEnv): string;
}

/** Returns the places of this checkout, except for `places`. */
export async function setupWith(places: Partial<Setup> = {}): Promise<Setup> {
  const { cacheDirectory } = await load<Cache>("cache.mjs");
  return { checkout, cache: cacheDirectory(process.env), env: process.env, ...places };
}

/** Creates a directory for one test. `Symbol.dispose` removes it. */
export function temporaryDirectory(): { path: string; [Symbol.dispose](): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "setup-test-")));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes an executable shell script. */
export function writeExecutable(directory: string, name: string, script: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(directory, name), 0o755);
}

/** Writes a Pulumi installation that can only print its version. */
export function writePulumi(directory: string, version: string): void {
  writeExecutable(directory, "pulumi", `echo ${version}`);
  for (const companion of ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]) {
    writeExecutable(directory, companion, "exit 0");
  }
}

interface RunOptions {
  readonly root: string;
  readonly path?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts tools/run.mjs of `root` with only these directories on PATH. */
export function startTool(args: readonly string[], { root, path = [], env = {} }: RunOptions) {
  const { npm_execpath: _npm, ...inherited } = process.env;
  return spawn(process.execPath, [join(root, "tools", "run.mjs"), ...args], {
    cwd: root,
    env: { ...inherited, PATH: path.join(delimiter), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs tools/run.mjs and waits for its end. */
export async function runTool(args: readonly string[], options: RunOptions) {
  const child = startTool(args, options);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { stdout, stderr, code: child.exitCode };
}
