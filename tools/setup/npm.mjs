import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";

/** @import { Environment } from "./path.mjs" */

/**
 * What Node.js is to be called with for an npm command.
 * @param {Environment} env
 * @param {readonly string[]} command
 * @throws {SetupError} when there is no npm
 */
export function npmArguments(env, command) {
  // The log level, because `npm test --silent` hands its own on. No package here needs its install script.
  return [npmScript(env), ...command, "--loglevel=warn", "--ignore-scripts", "--no-audit", "--no-fund"];
}

/**
 * The script of npm itself, so that it can be run by a Node.js of our choice: `npm` on PATH brings its own.
 * @param {Environment} env
 * @returns {string} npm-cli.js
 */
function npmScript(env) {
  const script = npmScripts(env).find((path) => basename(path) === "npm-cli.js" && existsSync(path));
  if (script) return script;
  throw new SetupError("npm is not on PATH.", { hint: "Install Node.js with npm: https://nodejs.org/en/download" });
}

/**
 * Where npm-cli.js may be: as the running npm says, beside `npm` and `node`, or what the link `npm` leads to.
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
