import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheKey, makeDirectory } from "./cache.mjs";
import { ensure } from "./lock.mjs";
import { npmArguments } from "./npm.mjs";
import { SetupError } from "./setup-error.mjs";
import { publish, stagingDirectory } from "./staging.mjs";
import { runStep } from "./step.mjs";
import { isAtLeast, NODE_MINIMUM, NODE_PACKAGES } from "./versions.mjs";

/** @import { Environment } from "./path.mjs" */

/**
 * Provides a Node.js that is new enough: the running one, or npm's own package of it in the cache.
 * @param {string} cache
 * @param {Environment} env
 * @param {{ version: string, execPath: string }} [running]
 * @returns {Promise<string>} the executable
 * @throws {SetupError} when npm has none for this machine, or it cannot be installed
 */
export async function provideNode(cache, env, running = process) {
  if (isAtLeast(running.version, NODE_MINIMUM)) return running.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const wanted = NODE_PACKAGES[platform];
  if (!wanted) {
    throw new SetupError(`Node.js ${running.version} is too old, and npm has no newer one for ${platform}.`, { hint });
  }
  const key = cacheKey("node", wanted.version);
  const executable = join(cache, key, "node_modules", wanted.name, "bin", nodeFile);
  return ensure({
    cache,
    key,
    find: () => (existsSync(executable) ? executable : undefined),
    make: () => install(wanted, join(cache, key), running, env),
  });
}

const nodeFile = process.platform === "win32" ? "node.exe" : "node";
const hint = `Install Node.js ${NODE_MINIMUM} or later: https://nodejs.org/en/download`;

/**
 * @param {{ name: string, version: string }} wanted
 * @param {string} home
 * @param {{ version: string, execPath: string }} running
 * @param {Environment} env
 */
async function install({ name, version }, home, running, env) {
  const staging = await stagingDirectory(home);
  makeDirectory(staging);
  await runStep({
    title: `Installing Node.js ${version} from npm, because ${running.version} is older than ${NODE_MINIMUM}: about 20 seconds.`,
    name: "npm install",
    command: running.execPath,
    args: npmArguments(env, ["install", "--prefix", staging, "--no-save", "--no-package-lock", `${name}@${version}`]),
    cwd: staging,
    env,
    hint,
  });
  await publish(staging, home);
}
