import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {Readonly<Record<string, string | undefined>>} Environment */

/**
 * Returns the name of the variable PATH. Windows spells it `Path`, and a copied environment is
 * case-sensitive.
 * @param {Environment} env
 */
function pathVariable(env) {
  return Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
}

/**
 * Returns the directories of PATH.
 * @param {Environment} env
 */
export function pathDirectories(env) {
  return (env[pathVariable(env)] ?? "").split(delimiter).filter((directory) => directory !== "");
}

/**
 * Returns a copy of `env` with these directories first on PATH, each once.
 * @param {Environment} env
 * @param {readonly string[]} directories
 * @returns {Environment}
 */
export function withFirstOnPath(env, directories) {
  const rest = pathDirectories(env).filter((directory) => !directories.includes(directory));
  return { ...env, [pathVariable(env)]: [...directories, ...rest].join(delimiter) };
}

/**
 * Returns the file that runs for `command` with this PATH.
 * @param {string} command
 * @param {Environment} env
 * @returns {string | undefined}
 */
export function findOnPath(command, env) {
  for (const directory of pathDirectories(env)) {
    const found = findIn(directory, command, env);
    if (found) return found;
  }
  return undefined;
}

/**
 * Returns the executable file for `command` in one directory.
 * @param {string} directory
 * @param {string} command
 * @param {Environment} env
 * @returns {string | undefined}
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
