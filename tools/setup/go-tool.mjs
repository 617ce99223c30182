import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { chmod, copyFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheKey } from "./cache.mjs";
import { buildGoPrograms, removeWork } from "./go-build.mjs";
import { ensure } from "./lock.mjs";
import { findIn, findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";
import { publish, stagingDirectory } from "./staging.mjs";
import { actionlintVersion, goMinimum, pulumiVersion, stripeMockVersion } from "./versions.mjs";

/** @import { GoProgram } from "./go-build.mjs" */
/** @import { Setup } from "./prepare.mjs" */

/**
 * A program in Go that a test needs.
 * @typedef {object} GoTool
 * @property {string} name of the executable
 * @property {string} version
 * @property {string} source the package
 * @property {string} linker flags that put the version into the program
 * @property {string} [help] where people find out how to install it. A program of this repository
 * has none, and is always built.
 * @property {string} [modules] the folder of tools/ that pins its modules. Default: the name
 * @property {readonly string[]} [scripts] files of its modules that belong beside the executable
 * @property {string} [duration] how long the build usually takes. Default: about 30 seconds
 */

/**
 * Stripe's stateless mock server.
 * @type {GoTool}
 */
export const stripeMock = {
  name: "stripe-mock",
  version: stripeMockVersion,
  source: "github.com/stripe/stripe-mock",
  linker: `-X main.version=${stripeMockVersion}`,
  help: "https://github.com/stripe/stripe-mock#usage",
};

/**
 * Checks workflow files of GitHub Actions.
 * @type {GoTool}
 */
export const actionlint = {
  name: "actionlint",
  version: actionlintVersion,
  source: "github.com/rhysd/actionlint/cmd/actionlint",
  linker: `-X github.com/rhysd/actionlint.version=${actionlintVersion}`,
  help: "https://github.com/rhysd/actionlint/blob/main/docs/install.md",
};

/**
 * Writes SDKs of the native provider's package with the generators of the Pulumi CLI.
 * @type {GoTool}
 */
export const sdkGenerator = {
  name: "sdk-generator",
  version: `${pulumiVersion}-${hashOf("sdk-generator")}`,
  source: ".",
  linker: "",
  duration: "2 to 3 minutes",
};

/**
 * Provides a tool: the one on PATH, the cached one, or a build from Go modules.
 * @param {GoTool} tool
 * @param {Pick<Setup, "checkout" | "cache" | "env">} setup
 * @returns {Promise<string>} the executable
 * @throws {SetupError} when it is missing and cannot be built
 */
export async function provideGoTool(tool, setup) {
  const key = cacheKey(tool.name, tool.version);
  const target = join(setup.cache, key);
  const findInstalled = () => (tool.help === undefined ? undefined : findOnPath(tool.name, setup.env));
  const find = () => findInstalled() ?? findIn(join(target, "bin"), tool.name, setup.env);
  return ensure({ cache: setup.cache, key, find, make: () => build(tool, setup, target) });
}

/**
 * @param {GoTool} tool
 * @returns {GoProgram}
 */
function programOf({ name, version, source, linker, modules = name, duration = "about 30 seconds" }) {
  const title = `Building ${name} ${version} from Go modules: ${duration}. Later runs reuse it.`;
  return { name, title, source, modules, linker, tags: "" };
}

/**
 * @param {GoTool} tool
 * @param {Pick<Setup, "checkout" | "cache" | "env">} setup
 * @param {string} target
 */
async function build(tool, setup, target) {
  // Not the folder of the Pulumi CLI's build: each build removes its folder at the end.
  const work = join(setup.cache, `go-${tool.name}`);
  const root = await stagingDirectory(target);
  try {
    await buildGoPrograms([programOf(tool)], setup, { work, root });
    for (const script of tool.scripts ?? []) await copyScript(join(work, "modules", script), join(root, "bin"));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`${tool.name} ${tool.version} cannot be installed: ${error.message}`, {
      output: error.output,
      hint: `${waysToGet(tool)} Go ${goMinimum} or later (https://go.dev/dl/). Then run the command again.`,
    });
  }
  await publish(root, target);
  await removeWork(work);
}

/** @param {GoTool} tool */
function waysToGet({ name, help }) {
  return help === undefined ? "Install" : `Put \`${name}\` on PATH (${help}) or install`;
}

/**
 * Returns a hash of a program's source, so that a change builds it again.
 * @param {string} name the folder of tools/
 */
function hashOf(name) {
  const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), name);
  const hash = createHash("sha256");
  for (const file of readdirSync(folder).sort()) hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  return hash.digest("hex").slice(0, 8);
}

/**
 * Copies a script of a module, whose files are not executable.
 * @param {string} script
 * @param {string} bin
 */
async function copyScript(script, bin) {
  const copy = join(bin, basename(script));
  await copyFile(script, copy);
  await chmod(copy, 0o755);
}
