import { dirname, join } from "node:path";
import { buildPackage } from "./build.mjs";
import { cacheDirectory } from "./cache.mjs";
import { installDependencies } from "./dependencies.mjs";
import { provideNode } from "./node.mjs";
import { findOnPath, withFirstOnPath } from "./path.mjs";
import { providePulumi } from "./pulumi.mjs";

/** @import { Environment } from "./path.mjs" */

/**
 * @typedef {object} Setup the places and tools of all steps
 * @property {string} checkout the root of the repository
 * @property {string} cache the directory for files that outlive a checkout
 * @property {string} node the Node.js executable that runs every step
 * @property {Environment} env the environment of every command
 */

/**
 * Installs and builds everything that a command of this checkout needs. Prints nothing when all of
 * it exists.
 * @param {string} checkout
 * @param {{ build: boolean, pulumi: boolean }} wants what the command needs besides Node.js and the
 * npm packages
 * @param {Environment} inherited
 * @returns {Promise<Environment>} the command's environment, with the tools first on its PATH
 * @throws {import("./setup-error.mjs").SetupError}
 */
export async function prepare(checkout, wants, inherited) {
  const cache = cacheDirectory(inherited);
  const node = await provideNode(cache, inherited);
  const nodeDirectory = findOnPath("node", inherited) === node ? [] : [dirname(node)];
  const env = withFirstOnPath(inherited, [join(checkout, "node_modules", ".bin"), ...nodeDirectory]);
  const setup = { checkout, cache, node, env };

  await installDependencies(setup);
  if (wants.build) await buildPackage(setup);
  if (!wants.pulumi) return env;
  const pulumi = await providePulumi(setup);
  return { ...withFirstOnPath(env, pulumi ? [pulumi] : []), PULUMI_SKIP_UPDATE_CHECK: "true" };
}
