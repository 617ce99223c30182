import { join } from "node:path";
import { cacheKey } from "./cache.mjs";
import { buildGoPrograms, removeWork } from "./go-build.mjs";
import { ensure } from "./lock.mjs";
import { findIn, findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";
import { publish, stagingDirectory } from "./staging.mjs";
import { goMinimum, stripeMockVersion } from "./versions.mjs";

/** @import { GoProgram } from "./go-build.mjs" */
/** @import { Setup } from "./prepare.mjs" */

const programName = "stripe-mock";

/** @type {GoProgram} */
const program = {
  name: programName,
  title: `Building stripe-mock ${stripeMockVersion} from Go modules: about 30 seconds. Later runs reuse it.`,
  source: "github.com/stripe/stripe-mock",
  modules: programName,
  linker: `-X main.version=${stripeMockVersion}`,
  tags: "",
};

/**
 * Provides Stripe's stateless mock server: the one on PATH, the cached one, or a build from Go
 * modules.
 * @param {Pick<Setup, "checkout" | "cache" | "env">} setup
 * @returns {Promise<string>} the executable
 * @throws {SetupError} when it is missing and cannot be built
 */
export async function provideStripeMock(setup) {
  const key = cacheKey(programName, stripeMockVersion);
  const target = join(setup.cache, key);
  const find = () => findOnPath(programName, setup.env) ?? findIn(join(target, "bin"), programName, setup.env);
  return ensure({ cache: setup.cache, key, find, make: () => build(setup, target) });
}

/**
 * @param {Pick<Setup, "checkout" | "cache" | "env">} setup
 * @param {string} target
 */
async function build(setup, target) {
  // Not the folder of the Pulumi CLI's build: each build removes its folder at the end.
  const work = join(setup.cache, `go-${programName}`);
  const root = await stagingDirectory(target);
  try {
    await buildGoPrograms([program], setup, { work, root });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`stripe-mock ${stripeMockVersion} cannot be installed: ${error.message}`, {
      output: error.output,
      hint:
        "Put `stripe-mock` on PATH (https://github.com/stripe/stripe-mock#usage) " +
        `or install Go ${goMinimum} or later (https://go.dev/dl/). Then run the command again.`,
    });
  }
  await publish(root, target);
  await removeWork(work);
}
