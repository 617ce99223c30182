import { dirname, join } from "node:path";
import { buildPackage } from "./build.mjs";
import { cacheDirectory } from "./cache.mjs";
import { installDependencies } from "./dependencies.mjs";
import { provideNode } from "./node.mjs";
import { findOnPath, withFirstOnPath } from "./path.mjs";
import { providePulumi } from "./pulumi.mjs";

/** @import { Environment } from "./path.mjs" */

/**
 * @typedef {object} Setup where things are made, and with what
 * @property {string} checkout the root of the repository
 * @property {string} cache the directory for what outlives a checkout
 * @property {string} node the Node.js executable to run everything with
 * @property {Environment} env the environment of every command
 */

/**
 * Makes what a command of this checkout needs, and says nothing when all is there.
 * @param {string} checkout
 * @param {{ build: boolean, pulumi: boolean }} wants besides Node.js and the npm packages
 * @param {Environment} inherited
 * @returns {Promise<Environment>} the environment for the command: the tools are first on its PATH
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
