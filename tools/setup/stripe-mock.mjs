import { join } from "node:path";
import { cacheKey } from "./cache.mjs";
import { buildGoPrograms, removeWork } from "./go-build.mjs";
import { ensure } from "./lock.mjs";
import { findIn, findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";
import { publish, stagingDirectory } from "./staging.mjs";
import { GO_MINIMUM, STRIPE_MOCK_VERSION } from "./versions.mjs";

/** @import { GoProgram } from "./go-build.mjs" */
/** @import { Setup } from "./prepare.mjs" */

const NAME = "stripe-mock";

/** @type {GoProgram} */
const PROGRAM = {
  name: NAME,
  title: `Building stripe-mock ${STRIPE_MOCK_VERSION} from Go modules: about 30 seconds this once, kept for later runs.`,
  source: "github.com/stripe/stripe-mock",
  modules: NAME,
  linker: `-X main.version=${STRIPE_MOCK_VERSION}`,
  tags: "",
};

/**
 * Provides Stripe's own stateless mock server: the user's own, the cached one, or a build from its Go modules.
 * @param {Pick<Setup, "checkout" | "cache" | "env">} setup
 * @returns {Promise<string>} the executable
 * @throws {SetupError} when there is none and it cannot be built
 */
export async function provideStripeMock(setup) {
  const key = cacheKey(NAME, STRIPE_MOCK_VERSION);
  const home = join(setup.cache, key);
  const find = () => findOnPath(NAME, setup.env) ?? findIn(join(home, "bin"), NAME, setup.env);
  return ensure({ cache: setup.cache, key, find, make: () => build(setup, home) });
}

/**
 * @param {Pick<Setup, "checkout" | "cache" | "env">} setup
 * @param {string} home
 */
async function build(setup, home) {
  // Not where the Pulumi CLI is built: each removes its own when it is done.
  const work = join(setup.cache, `go-${NAME}`);
  const root = await stagingDirectory(home);
  try {
    await buildGoPrograms([PROGRAM], setup, { work, root });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`stripe-mock ${STRIPE_MOCK_VERSION} cannot be provided: ${error.message}`, {
      output: error.output,
      hint:
        "Put a `stripe-mock` on PATH (https://github.com/stripe/stripe-mock#usage), " +
        `or install Go ${GO_MINIMUM} or later (https://go.dev/dl/), and run the command again.`,
    });
  }
  await publish(root, home);
  await removeWork(work);
}
