import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { load } from "../tools/support/tools";

interface NpmModule {
  getNpmScript(env: NodeJS.ProcessEnv): string;
}

const exec = promisify(execFile);

/**
 * Runs npm with the Node.js of the tests. Windows runs the command `npm`, a .cmd file, only in a
 * shell.
 */
export async function npm(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const { getNpmScript } = await load<NpmModule>("npm.mjs");
  return exec(process.execPath, [getNpmScript(env), ...args], { cwd, env, maxBuffer: 64 * 1024 * 1024 });
}
