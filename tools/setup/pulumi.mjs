import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cacheKey } from "./cache.mjs";
import { ensure } from "./lock.mjs";
import { findIn, findOnPath } from "./path.mjs";
import { say } from "./progress.mjs";
import { buildPulumi, removeBuildCaches } from "./pulumi-build.mjs";
import { downloadPulumi } from "./pulumi-download.mjs";
import { SetupError } from "./setup-error.mjs";
import { publish, stagingDirectory } from "./staging.mjs";
import { GO_MINIMUM, isAtLeast, majorOf, PULUMI_VERSION } from "./versions.mjs";

/** @import { Environment } from "./path.mjs" */
/** @import { Setup } from "./prepare.mjs" */

/** What a Node.js program with dynamic resources needs besides `pulumi`. */
const COMPANIONS = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

/**
 * Provides the Pulumi CLI: the user's own, the cached one, the official download, or a build from its Go modules.
 * @param {Setup} setup
 * @returns {Promise<string | undefined>} the directory to put on PATH, or nothing when PATH serves as it is
 * @throws {SetupError} when none of the ways is open
 */
export async function providePulumi(setup) {
  const key = cacheKey("pulumi", PULUMI_VERSION);
  const home = join(setup.cache, key);
  const bin = join(home, "bin");
  const refused = refusalOfPulumiOnPath(setup.env, bin);
  if (refused === undefined) return undefined;
  return ensure({
    cache: setup.cache,
    key,
    find: () => (["pulumi", ...COMPANIONS].every((name) => findIn(bin, name, setup.env)) ? bin : undefined),
    make: () => obtain(setup, home, refused),
  });
}

/**
 * @param {Environment} env
 * @param {string} cached the directory of the cached CLI, which needs no examination
 * @returns {string | undefined} why the `pulumi` on PATH does not serve
 */
export function refusalOfPulumiOnPath(env, cached) {
  const pulumi = findOnPath("pulumi", env);
  if (!pulumi) return "there is no `pulumi` on PATH";
  const directory = dirname(pulumi);
  if (directory === cached) return undefined;
  const version = versionOf(pulumi, env);
  if (!isAtLeast(version, PULUMI_VERSION) || majorOf(version) !== majorOf(PULUMI_VERSION)) {
    return `${pulumi} is version ${version || "unknown"}`;
  }
  const missing = COMPANIONS.find((name) => !findIn(directory, name, env) && !findOnPath(name, env));
  return missing && `${pulumi} comes without ${missing}`;
}

/**
 * @param {string} pulumi
 * @param {Environment} env
 */
function versionOf(pulumi, env) {
  // Every run of the CLI leaves a log in its home, this one too.
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
 * @param {Setup} setup
 * @param {string} home
 * @param {string} refused
 */
async function obtain(setup, home, refused) {
  const failures = [`On PATH: ${refused}.`];
  say(`Pulumi CLI ${PULUMI_VERSION} or later is needed: ${refused}.`);
  for (const [way, make] of ways) {
    const staging = await stagingDirectory(home);
    try {
      await make(setup, staging);
      await complete(setup, join(staging, "bin"));
      await publish(staging, home);
      return await removeBuildCaches(setup.cache);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      say(`  ${error}`);
      failures.push(`${way}: ${error.output.at(-1) ?? error.message}`);
    }
  }
  throw new SetupError(`The Pulumi CLI ${PULUMI_VERSION} cannot be provided.`, {
    output: failures,
    hint:
      `Install the Pulumi CLI ${PULUMI_VERSION} or later (https://www.pulumi.com/docs/install/), ` +
      `or Go ${GO_MINIMUM} or later (https://go.dev/dl/), and run the command again.`,
  });
}

/** @type {readonly (readonly [string, typeof downloadPulumi])[]} */
const ways = [
  ["Official download", downloadPulumi],
  ["Build from Go modules", buildPulumi],
];

/**
 * Puts the dynamic provider's launcher beside the CLI, which warns on every run when it is elsewhere, and sees that the
 * CLI runs on this machine.
 * @param {Setup} setup
 * @param {string} bin
 */
async function complete({ checkout, env }, bin) {
  const launcher = "pulumi-resource-pulumi-nodejs";
  const file = process.platform === "win32" ? `${launcher}.cmd` : launcher;
  if (!findIn(bin, launcher, env)) {
    await copyFile(join(checkout, "node_modules", "@pulumi", "pulumi", file), join(bin, file));
  }
  const pulumi = findIn(bin, "pulumi", env);
  const version = pulumi ? versionOf(pulumi, env) : "";
  if (!isAtLeast(version, PULUMI_VERSION)) {
    throw new SetupError(`The CLI that was made answers ${JSON.stringify(version)} when asked for its version.`);
  }
}
