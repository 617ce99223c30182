import { existsSync } from "node:fs";
import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeDirectory } from "./cache.mjs";
import { getGo, moduleSettings } from "./go.mjs";
import { runStep } from "./step.mjs";

/** @import { Environment } from "./path.mjs" */
/** @import { Setup } from "./prepare.mjs" */

/**
 * @typedef {object} GoProgram
 * @property {string} name of the executable
 * @property {string} title what is built and how long that usually takes
 * @property {string} source the package
 * @property {string} modules the folder of tools/ whose go.mod and go.sum pin the package
 * @property {string} linker flags that put the version into the program
 * @property {string} tags
 */

/**
 * Builds programs from the modules that tools/ pins.
 * @param {readonly GoProgram[]} programs
 * @param {Pick<Setup, "checkout" | "env">} setup
 * @param {{ work: string, root: string }} places Go writes only to `work`; the programs are written
 * to the folder `bin` of `root`
 * @throws {SetupError} when no suitable Go is available or a build fails
 */
export async function buildGoPrograms(programs, { checkout, env }, { work, root }) {
  const go = getGo(env, work);
  const goEnv = goEnvironment(env, go, work);
  makeDirectory(join(work, "tmp"));
  for (const program of programs) await buildProgram(program, { checkout, root, go: go.file, env: goEnv });
}

/**
 * Removes modules and compiled packages, up to gigabytes. Errors are ignored: a killed build may
 * still be writing there, and leftovers do no harm.
 * @param {string} work
 */
export async function removeWork(work) {
  await makeWritable(join(work, "modules", "golang.org"));
  await rm(work, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

/**
 * Makes the folders of a downloaded Go writable. Go writes them read-only even with -modcacherw,
 * and they cannot be removed until they are writable.
 * @param {string} directory
 */
async function makeWritable(directory) {
  await chmod(directory, 0o755).catch(() => undefined);
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await makeWritable(join(directory, entry.name));
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
 * Returns an environment in which Go writes only to `work` and ignores what the user has set for
 * other builds.
 * @param {Environment} env
 * @param {{ settings: Readonly<Record<string, string>>, toolchain: string }} go
 * @param {string} work
 * @returns {Environment}
 */
export function goEnvironment(env, { settings, toolchain }, work) {
  const others = Object.entries(env).filter(([name]) => !/^(GO|CGO_)/.test(name) || name === "GOROOT");
  const downloads = join(settings.GOMODCACHE ?? "", "cache", "download");
  const local = settings.GOMODCACHE && existsSync(downloads) ? [pathToFileURL(downloads).href] : [];
  return {
    ...Object.fromEntries(others),
    ...Object.fromEntries(moduleSettings.map((name) => [name, settings[name]])),
    // Modules in the user's cache need no network. After a comma Go tries the next proxy when a
    // module is missing.
    GOPROXY: [...local, settings.GOPROXY].join(","),
    GOENV: "off",
    GOPATH: join(work, "path"),
    GOMODCACHE: join(work, "modules"),
    GOCACHE: join(work, "build"),
    GOTMPDIR: join(work, "tmp"),
    XDG_CONFIG_HOME: join(work, "config"),
    GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false",
    GOTOOLCHAIN: toolchain,
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
}
