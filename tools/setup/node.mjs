import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheKey, makeDirectory } from "./cache.mjs";
import { ensure } from "./lock.mjs";
import { npmArguments } from "./npm.mjs";
import { SetupError } from "./setup-error.mjs";
import { publish, stagingDirectory } from "./staging.mjs";
import { runStep } from "./step.mjs";
import { isAtLeast, nodeMinimum, nodePackages } from "./versions.mjs";

/** @import { Environment } from "./path.mjs" */

const executableName = process.platform === "win32" ? "node.exe" : "node";
const hint = `Install Node.js ${nodeMinimum} or later: https://nodejs.org/en/download`;

/**
 * Provides a Node.js that is new enough: the running one, or one that npm installs into the cache.
 * @param {string} cache
 * @param {Environment} env
 * @param {{ version: string, execPath: string }} [running]
 * @returns {Promise<string>} the executable
 * @throws {SetupError} when npm has none for this platform, or the installation fails
 */
export async function provideNode(cache, env, running = process) {
  if (isAtLeast(running.version, nodeMinimum)) return running.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const wanted = nodePackages[platform];
  if (!wanted) {
    throw new SetupError(`Node.js ${running.version} is too old, and npm has no newer one for ${platform}.`, { hint });
  }
  const key = cacheKey("node", wanted.version);
  const executable = join(cache, key, "node_modules", wanted.name, "bin", executableName);
  return ensure({
    cache,
    key,
    find: () => (existsSync(executable) ? executable : undefined),
    make: () => install(wanted, join(cache, key), running, env),
  });
}

/**
 * @param {{ name: string, version: string }} wanted
 * @param {string} target
 * @param {{ version: string, execPath: string }} running
 * @param {Environment} env
 */
async function install({ name, version }, target, running, env) {
  const staging = await stagingDirectory(target);
  makeDirectory(staging);
  await runStep({
    title:
      `Installing Node.js ${version} from npm: about 20 seconds. ` +
      `The running ${running.version} is older than ${nodeMinimum}.`,
    name: "npm install",
    command: running.execPath,
    args: npmArguments(env, ["install", "--prefix", staging, "--no-save", "--no-package-lock", `${name}@${version}`]),
    cwd: staging,
    env,
    hint,
  });
  await publish(staging, target);
}
