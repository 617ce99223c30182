import { spawnSync } from "node:child_process";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";
import { goMinimum, goWithDownloads, isAtLeast } from "./versions.mjs";

/** @import { Environment } from "./path.mjs" */

/**
 * @typedef {object} Go
 * @property {string} file the executable
 * @property {Readonly<Record<string, string>>} settings `go env`, of the settings that a build
 * needs
 * @property {"local" | "auto"} toolchain GOTOOLCHAIN for the build: with `auto`, Go downloads the
 * newer Go that the go.mod file asks for
 */

/** The settings that say how this machine fetches and verifies modules. */
export const moduleSettings = ["GOPROXY", "GOPRIVATE", "GONOPROXY", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOAUTH"];

/**
 * Returns the `go` on PATH, if it can build the modules below tools/ itself or with a newer Go that
 * it downloads.
 * @param {Environment} env
 * @param {string} work a directory that Go may write to
 * @returns {Go}
 * @throws {SetupError} when no Go is on PATH, or it is too old
 */
export function getGo(env, work) {
  const file = findOnPath("go", env);
  if (!file) throw new SetupError("`go` is not on PATH.");
  const local = { ...env, GOTOOLCHAIN: "local", ...separateTelemetry(env, work) };
  const settings = readSettings(file, ["GOVERSION", "GOMODCACHE", ...moduleSettings], local);
  if (isAtLeast(settings.GOVERSION ?? "", goMinimum)) return { file, settings, toolchain: "local" };
  assertMayDownload(file, settings.GOVERSION ?? "", { ...env, ...separateTelemetry(env, work) });
  return { file, settings, toolchain: "auto" };
}

/**
 * @param {string} file
 * @param {string} version
 * @param {Environment} env
 * @throws {SetupError} when this Go cannot download a newer one, or the user's GOTOOLCHAIN forbids
 * it
 */
function assertMayDownload(file, version, env) {
  const problem = `${file} is ${version}, older than ${goMinimum}`;
  if (!isAtLeast(version, goWithDownloads)) throw new SetupError(`${problem}.`);
  const { GOTOOLCHAIN = "" } = readSettings(file, ["GOTOOLCHAIN"], env);
  if (!/^local$|^path$|\+path$/.test(GOTOOLCHAIN)) return;
  throw new SetupError(
    `${problem}, and GOTOOLCHAIN=${GOTOOLCHAIN} forbids the download of a newer one. GOTOOLCHAIN=auto allows it.`,
  );
}

/**
 * @param {string} file
 * @param {readonly string[]} names
 * @param {Environment} env
 * @returns {Record<string, string>}
 */
function readSettings(file, names, env) {
  // Outside the checkout: a go.mod or go.work file there would be read too.
  const answer = spawnSync(file, ["env", "-json", ...names], { env, cwd: tmpdir(), encoding: "utf8" });
  if (answer.status === 0) return JSON.parse(answer.stdout);
  throw new SetupError(`${file} does not run: ${answer.error?.message ?? answer.stderr.trim()}`);
}

/**
 * Returns variables that keep Go's telemetry out of the user's configuration directory and still
 * let Go read the user's settings there. Only Linux allows that.
 * @param {Environment} env
 * @param {string} work
 * @returns {Environment}
 */
function separateTelemetry(env, work) {
  if (process.platform !== "linux") return {};
  const settings = env.GOENV ?? join(env.XDG_CONFIG_HOME ?? join(homedir(), ".config"), "go", "env");
  return { GOENV: settings, XDG_CONFIG_HOME: join(work, "config") };
}
