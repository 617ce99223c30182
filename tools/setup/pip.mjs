import { makeDirectory } from "./cache.mjs";
import { findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";
import { publish, stagingDirectory } from "./staging.mjs";
import { runStep } from "./step.mjs";

/** @import { Environment } from "./path.mjs" */

/**
 * Packages of PyPI with all that they need.
 * @typedef {object} PythonPackages
 * @property {string} name what needs Python, for an error message
 * @property {string} title what is done and how long it usually takes
 * @property {string} requirements the file with the versions and hashes of all packages
 * @property {string} help what to do without Python
 */

/**
 * Returns the Python that runs programs and pip.
 * @param {Pick<PythonPackages, "name" | "help">} packages
 * @param {Environment} env
 * @throws {SetupError} when Python is not on PATH
 */
export function getPython({ name, help }, env) {
  const python = findOnPath("python3", env) ?? findOnPath("python", env);
  if (python === undefined) throw new SetupError(`${name} needs \`python3\`, which is not on PATH.`, { hint: help });
  return python;
}

/**
 * Installs packages into a folder.
 * @param {PythonPackages} packages
 * @param {string} target
 * @param {Environment} env
 * @throws {SetupError} when Python is not on PATH, or pip fails
 */
export async function installPythonPackages(packages, target, env) {
  const python = getPython(packages, env);
  const staging = await stagingDirectory(target);
  makeDirectory(staging);
  await runStep({
    title: packages.title,
    name: "pip install",
    command: python,
    args: [
      ...["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"],
      ...["--target", staging, "--requirement", packages.requirements],
    ],
    cwd: staging,
    env,
    hint: packages.help,
  });
  await publish(staging, target);
}
