import { join } from "node:path";
import { cacheKey, makeDirectory } from "./cache.mjs";
import { ensure } from "./lock.mjs";
import { findIn, findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";
import { publish, stagingDirectory } from "./staging.mjs";
import { runStep } from "./step.mjs";
import { zizmorVersion } from "./versions.mjs";

/** @import { Environment } from "./path.mjs" */
/** @import { Setup } from "./prepare.mjs" */

const help =
  "Put `zizmor` on PATH (https://docs.zizmor.sh/installation/) or install Python 3 with pip " +
  "(https://www.python.org/downloads/). Then run the command again.";

/**
 * Provides zizmor, which looks for security problems in workflow files of GitHub Actions: the one
 * on PATH, the cached one, or the wheel that pip downloads and whose hash tools/zizmor pins.
 * @param {Pick<Setup, "checkout" | "cache" | "env">} setup
 * @returns {Promise<string>} the executable
 * @throws {SetupError} when it is missing and cannot be installed
 */
export async function provideZizmor({ checkout, cache, env }) {
  const key = cacheKey("zizmor", zizmorVersion);
  const target = join(cache, key);
  const find = () => findOnPath("zizmor", env) ?? findIn(join(target, "bin"), "zizmor", env);
  return ensure({ cache, key, find, make: () => install(checkout, target, env) });
}

/**
 * @param {string} checkout
 * @param {string} target
 * @param {Environment} env
 */
async function install(checkout, target, env) {
  const python = findOnPath("python3", env) ?? findOnPath("python", env);
  if (python === undefined) throw new SetupError("zizmor needs `python3`, which is not on PATH.", { hint: help });
  const staging = await stagingDirectory(target);
  makeDirectory(staging);
  const requirements = join(checkout, "tools", "zizmor", "requirements.txt");
  await runStep({
    title: `Downloading zizmor ${zizmorVersion}: about 10 seconds. Later runs reuse it.`,
    name: "pip install",
    command: python,
    args: [
      ...["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"],
      ...["--target", staging, "--requirement", requirements],
    ],
    cwd: staging,
    env,
    hint: help,
  });
  await publish(staging, target);
}
