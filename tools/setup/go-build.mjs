import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeDirectory } from "./cache.mjs";
import { findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";
import { runStep } from "./step.mjs";
import { GO_MINIMUM, isAtLeast } from "./versions.mjs";

/** @import { Environment } from "./path.mjs" */
/** @import { Setup } from "./prepare.mjs" */

/**
 * @typedef {object} GoProgram
 * @property {string} name of the executable
 * @property {string} title what is built and how long that usually takes
 * @property {string} source the package
 * @property {string} modules the folder of tools/ whose go.mod and go.sum pin it
 * @property {string} linker flags that put the version into the program
 * @property {string} tags
 */

/**
 * Builds programs from the modules that tools/ pins.
 * @param {readonly GoProgram[]} programs
 * @param {Pick<Setup, "checkout" | "env">} setup
 * @param {{ work: string, root: string }} places Go writes to `work` alone; the programs come to the folder `bin` of `root`
 * @throws {SetupError} when there is no Go, an old one, or a build fails
 */
export async function buildGoPrograms(programs, { checkout, env }, { work, root }) {
  const go = requireGo(env, work);
  const goEnv = goEnvironment(env, go.settings, work);
  makeDirectory(join(work, "tmp"));
  for (const program of programs) await buildProgram(program, { checkout, root, go: go.file, env: goEnv });
}

/**
 * Removes what builds leave besides the programs: modules and compiled packages, up to gigabytes.
 * @param {string} work
 */
export async function removeWork(work) {
  // What a killed build has started may still be writing there. Then the rest stays: untidy, but no failure.
  await rm(work, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

/**
 * @param {GoProgram} program
 * @param {{ checkout: string, root: string, go: string, env: Environment }} where
 */
async function buildProgram({ name, title, source, modules, linker, tags }, { checkout, root, go, env }) {
  const output = join(root, "bin", process.platform === "win32" ? `${name}.exe` : name);
  const tally = { fetched: 0, compiled: 0 };
  await runStep({
    title,
    name: "go build",
    command: go,
    args: ["build", "-v", "-trimpath", "-tags", tags, "-ldflags", `-s -w ${linker}`, "-o", output, source],
    cwd: join(checkout, "tools", modules),
    env,
    hint: "Check the network and `go env GOPROXY`.",
    onLine: (line) => {
      if (line.startsWith("go: downloading ")) tally.fetched++;
      else if (/^[\w./-]+$/.test(line)) tally.compiled++;
    },
    status: () => `${tally.fetched} modules fetched, ${tally.compiled} packages compiled`,
  });
}

/**
 * @param {Environment} env
 * @param {string} work
 * @returns {{ file: string, settings: Record<string, string> }} the `go` on PATH and its settings
 */
function requireGo(env, work) {
  const file = findOnPath("go", env);
  if (!file) throw new SetupError("there is no `go` on PATH.");
  const asked = ["GOVERSION", "GOMODCACHE", ...KEPT_SETTINGS];
  // `local`: not the newer toolchain that a go.mod may ask Go to download.
  const probe = { ...env, GOTOOLCHAIN: "local", ...apart(env, work) };
  const answer = spawnSync(file, ["env", "-json", ...asked], { env: probe, encoding: "utf8" });
  if (answer.status !== 0)
    throw new SetupError(`${file} does not run: ${answer.error?.message ?? answer.stderr.trim()}`);
  const settings = JSON.parse(answer.stdout);
  if (!isAtLeast(settings.GOVERSION, GO_MINIMUM)) {
    throw new SetupError(`${file} is ${settings.GOVERSION}, older than ${GO_MINIMUM}.`);
  }
  return { file, settings };
}

/**
 * Go counts its runs in the user's configuration directory. Only on Linux can it be told to count elsewhere and still
 * read its settings there.
 * @param {Environment} env
 * @param {string} work
 */
function apart(env, work) {
  if (process.platform !== "linux") return {};
  const settings = env.GOENV ?? join(env.XDG_CONFIG_HOME ?? join(homedir(), ".config"), "go", "env");
  return { GOENV: settings, XDG_CONFIG_HOME: join(work, "config") };
}

/** How the user's machine reaches modules. */
const KEPT_SETTINGS = ["GOPROXY", "GOPRIVATE", "GONOPROXY", "GOINSECURE", "GOAUTH"];

/**
 * An environment in which Go writes to `work` alone and builds the same thing whatever the user has set for other
 * builds.
 * @param {Environment} env
 * @param {Readonly<Record<string, string>>} settings
 * @param {string} work
 * @returns {Environment}
 */
export function goEnvironment(env, settings, work) {
  const others = Object.entries(env).filter(([name]) => !/^(GO|CGO_)/.test(name) || name === "GOROOT");
  const fetched = join(settings.GOMODCACHE ?? "", "cache", "download");
  const local = settings.GOMODCACHE && existsSync(fetched) ? [pathToFileURL(fetched).href] : [];
  return {
    ...Object.fromEntries(others),
    ...Object.fromEntries(KEPT_SETTINGS.map((name) => [name, settings[name]])),
    // Modules the user has already need no network. A comma lets Go go on where one is missing.
    GOPROXY: [...local, settings.GOPROXY].join(","),
    GOENV: "off",
    GOPATH: join(work, "path"),
    GOMODCACHE: join(work, "modules"),
    GOCACHE: join(work, "build"),
    GOTMPDIR: join(work, "tmp"),
    XDG_CONFIG_HOME: join(work, "config"),
    GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
}
