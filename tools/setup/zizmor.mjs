import { join } from "node:path";
import { cacheKey } from "./cache.mjs";
import { ensure } from "./lock.mjs";
import { findIn, findOnPath } from "./path.mjs";
import { installPythonPackages } from "./pip.mjs";
import { zizmorVersion } from "./versions.mjs";

/** @import { Setup } from "./prepare.mjs" */

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
  const packages = {
    name: "zizmor",
    title: `Downloading zizmor ${zizmorVersion}: about 10 seconds. Later runs reuse it.`,
    requirements: join(checkout, "tools", "zizmor", "requirements.txt"),
    help:
      "Put `zizmor` on PATH (https://docs.zizmor.sh/installation/) or install Python 3 with pip " +
      "(https://www.python.org/downloads/). Then run the command again.",
  };
  const find = () => findOnPath("zizmor", env) ?? findIn(join(target, "bin"), "zizmor", env);
  return ensure({ cache, key, find, make: () => installPythonPackages(packages, target, env) });
}
