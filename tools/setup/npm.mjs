import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";

/** @import { Environment } from "./path.mjs" */

/**
 * Returns the arguments with which Node.js runs an npm command.
 * @param {Environment} env
 * @param {readonly string[]} command
 * @throws {SetupError} when there is no npm
 */
export function npmArguments(env, command) {
  // `npm test --silent` would pass its log level on. No package here needs its install script.
  return [getNpmScript(env), ...command, "--loglevel=warn", "--ignore-scripts", "--no-audit", "--no-fund"];
}

/**
 * Returns npm-cli.js. The command `npm` would start the Node.js it was installed with, not the one
 * the setup chooses.
 * @param {Environment} env
 * @returns {string}
 * @throws {SetupError} when there is no npm
 */
export function getNpmScript(env) {
  const script = npmScripts(env).find((path) => basename(path) === "npm-cli.js" && existsSync(path));
  if (script) return script;
  throw new SetupError("npm is not on PATH.", { hint: "Install Node.js with npm: https://nodejs.org/en/download" });
}

/**
 * Returns the possible places of npm-cli.js: the running npm's own, the target of the link `npm`,
 * and the folders beside `npm` and `node`.
 * @param {Environment} env
 */
function npmScripts(env) {
  const npm = findOnPath("npm", env);
  const bins = [...(npm ? [dirname(npm)] : []), dirname(process.execPath)];
  return [
    ...(env.npm_execpath ? [env.npm_execpath] : []),
    ...(npm ? [realpathSync(npm)] : []),
    ...bins.map((bin) => join(bin, "node_modules", "npm", "bin", "npm-cli.js")),
    ...bins.map((bin) => join(bin, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js")),
  ];
}
