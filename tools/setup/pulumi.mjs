import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cacheKey } from "./cache.mjs";
import { ensure } from "./lock.mjs";
import { findIn, findOnPath } from "./path.mjs";
import { log } from "./progress.mjs";
import { buildPulumi, removeBuildCaches } from "./pulumi-build.mjs";
import { downloadPulumi } from "./pulumi-download.mjs";
import { SetupError } from "./setup-error.mjs";
import { publish, stagingDirectory } from "./staging.mjs";
import { goMinimum, isAtLeast, majorOf, pulumiVersion } from "./versions.mjs";

/** @import { Environment } from "./path.mjs" */
/** @import { Setup } from "./prepare.mjs" */

const launcher = "pulumi-resource-pulumi-nodejs";
/** The executables that `pulumi` starts for a Node.js program with dynamic resources. */
const companions = ["pulumi-language-nodejs", launcher];

/** @type {readonly { name: string, run: typeof downloadPulumi }[]} */
const methods = [
  { name: "Official download", run: downloadPulumi },
  { name: "Build from Go modules", run: buildPulumi },
];

/**
 * Provides the Pulumi CLI: the one on PATH, the cached one, the official download, or a build from
 * Go modules.
 * @param {Setup} setup
 * @returns {Promise<string | undefined>} the directory to put on PATH, or undefined when PATH is
 * right as it is
 * @throws {SetupError} when none of them is possible
 */
export async function providePulumi(setup) {
  const key = cacheKey("pulumi", pulumiVersion);
  const target = join(setup.cache, key);
  const bin = join(target, "bin");
  const problem = findProblemOnPath(setup.env, bin);
  if (problem === undefined) return undefined;
  return ensure({
    cache: setup.cache,
    key,
    find: () => (["pulumi", ...companions].every((name) => findIn(bin, name, setup.env)) ? bin : undefined),
    make: () => install(setup, target, problem),
  });
}

/**
 * Returns why the `pulumi` on PATH cannot be used, or undefined when it can.
 * @param {Environment} env
 * @param {string} cached the directory of the cached CLI, which is not examined
 */
export function findProblemOnPath(env, cached) {
  const pulumi = findOnPath("pulumi", env);
  if (!pulumi) return "`pulumi` is not on PATH";
  const directory = dirname(pulumi);
  if (directory === cached) return undefined;
  const version = versionOf(pulumi, env);
  if (!isAtLeast(version, pulumiVersion) || majorOf(version) !== majorOf(pulumiVersion)) {
    return `${pulumi} is version ${version || "unknown"}`;
  }
  const missing = companions.find((name) => !findIn(directory, name, env) && !findOnPath(name, env));
  return missing && `${missing} is missing beside ${pulumi}`;
}

/**
 * @param {string} pulumi
 * @param {Environment} env
 * @returns {string} the printed version; empty when the command fails
 */
function versionOf(pulumi, env) {
  // Each command of the CLI writes a log to its home, this one too.
  const home = mkdtempSync(join(tmpdir(), "pulumi-home-"));
  try {
    const probe = { ...env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const answer = spawnSync(pulumi, ["version"], { env: probe, encoding: "utf8", timeout: 10_000 });
    return answer.stdout?.trim() ?? "";
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/**
 * Installs the CLI with the first method that succeeds.
 * @param {Setup} setup
 * @param {string} target
 * @param {string} problem why the CLI on PATH cannot be used
 */
async function install(setup, target, problem) {
  const failures = [`On PATH: ${problem}.`];
  log(`Pulumi CLI ${pulumiVersion} or later is required: ${problem}.`);
  for (const { name, run } of methods) {
    const staging = await stagingDirectory(target);
    try {
      await run(setup, staging);
      await addLauncher(setup, join(staging, "bin"));
      assertRuns(join(staging, "bin"), setup.env);
      await publish(staging, target);
      return await removeBuildCaches(setup.cache);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      log(`  ${error}`);
      failures.push(`${name}: ${error.output.at(-1) ?? error.message}`);
    }
  }
  throw new SetupError(`Pulumi CLI ${pulumiVersion} cannot be installed.`, {
    output: failures,
    hint:
      `Install Pulumi CLI ${pulumiVersion} or later (https://www.pulumi.com/docs/install/) ` +
      `or Go ${goMinimum} or later (https://go.dev/dl/). Then run the command again.`,
  });
}

/**
 * Puts the dynamic provider's launcher beside the CLI. The CLI prints a warning on each run if the
 * launcher is elsewhere.
 * @param {Setup} setup
 * @param {string} bin
 */
async function addLauncher({ checkout, env }, bin) {
  const file = process.platform === "win32" ? `${launcher}.cmd` : launcher;
  if (findIn(bin, launcher, env)) return;
  await copyFile(join(checkout, "node_modules", "@pulumi", "pulumi", file), join(bin, file));
}

/**
 * @param {string} bin
 * @param {Environment} env
 * @throws {SetupError} when the installed CLI does not run on this machine or has an older version
 */
function assertRuns(bin, env) {
  const pulumi = findIn(bin, "pulumi", env);
  const version = pulumi ? versionOf(pulumi, env) : "";
  if (isAtLeast(version, pulumiVersion)) return;
  throw new SetupError(`The installed CLI prints ${JSON.stringify(version)} as its version.`);
}
