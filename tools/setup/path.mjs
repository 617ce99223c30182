import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {Readonly<Record<string, string | undefined>>} Environment */

/** Windows spells the variable `Path`, and a copied environment is case-sensitive.
 * @param {Environment} env */
function pathVariable(env) {
  return Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
}

/**
 * @param {Environment} env
 * @returns {string[]} the directories of PATH
 */
export function pathDirectories(env) {
  return (env[pathVariable(env)] ?? "").split(delimiter).filter((directory) => directory !== "");
}

/**
 * A copy of `env` with these directories first on PATH, each once.
 * @param {Environment} env
 * @param {readonly string[]} directories
 * @returns {Environment}
 */
export function withFirstOnPath(env, directories) {
  const rest = pathDirectories(env).filter((directory) => !directories.includes(directory));
  return { ...env, [pathVariable(env)]: [...directories, ...rest].join(delimiter) };
}

/**
 * @param {string} command
 * @param {Environment} env
 * @returns {string | undefined} the file that `command` means on this PATH
 */
export function findOnPath(command, env) {
  for (const directory of pathDirectories(env)) {
    const found = findIn(directory, command, env);
    if (found) return found;
  }
  return undefined;
}

/**
 * @param {string} directory
 * @param {string} command
 * @param {Environment} env
 * @returns {string | undefined} the executable file of that name in one directory
 */
export function findIn(directory, command, env) {
  const extensions = process.platform === "win32" ? (env.PATHEXT ?? ".COM;.EXE;.BAT;.CMD").split(";") : [""];
  return extensions.map((extension) => join(directory, command + extension)).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
