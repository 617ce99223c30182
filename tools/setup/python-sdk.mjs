import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheKey } from "./cache.mjs";
import { ensure } from "./lock.mjs";
import { getPython, installPythonPackages } from "./pip.mjs";
import { SetupError } from "./setup-error.mjs";
import { pythonSdkVersion } from "./versions.mjs";

/** @import { Environment } from "./path.mjs" */
/** @import { Setup } from "./prepare.mjs" */

const help = "Install Python 3.10 or later with pip (https://www.python.org/downloads/). Then run the command again.";

/**
 * Provides Pulumi's SDK for Python with all that it needs, in the versions that tools/python-sdk
 * pins.
 * @param {Pick<Setup, "checkout" | "cache" | "env">} setup
 * @returns {Promise<string>} the folder of the packages, for PYTHONPATH
 * @throws {SetupError} when there is no Python that can run it, or pip fails
 */
export async function providePythonSdk({ checkout, cache, env }) {
  const name = "A test of a program in Python";
  const key = cacheKey("python-sdk", `${pythonSdkVersion}-${versionOf(getPython({ name, help }, env), env)}`);
  const target = join(cache, key);
  const packages = {
    name,
    title: `Downloading Pulumi's SDK for Python ${pythonSdkVersion}: about 20 seconds. Later runs reuse it.`,
    requirements: join(checkout, "tools", "python-sdk", "requirements.txt"),
    help,
  };
  const find = () => (existsSync(join(target, "pulumi")) ? target : undefined);
  return ensure({ cache, key, find, make: () => installPythonPackages(packages, target, env) });
}

/**
 * Returns the name of a Python version, as `cpython-311`: compiled packages are for one of them.
 * @param {string} python
 * @param {Environment} env
 */
function versionOf(python, env) {
  const script = "import sys; print(sys.implementation.cache_tag if sys.version_info >= (3, 10) else '')";
  const answer = spawnSync(python, ["-c", script], { env, encoding: "utf8" });
  const version = answer.stdout?.trim();
  if (version) return version;
  throw new SetupError(`${python} is not Python 3.10 or later.`, { hint: help });
}
