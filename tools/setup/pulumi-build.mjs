import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeDirectory } from "./cache.mjs";
import { findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";
import { runStep } from "./step.mjs";
import { GO_MINIMUM, isAtLeast, LANGUAGE_HOST_VERSION, PULUMI_VERSION } from "./versions.mjs";

/** @import { Environment } from "./path.mjs" */
/** @import { Setup } from "./prepare.mjs" */
/** @typedef {typeof PROGRAMS[number]} Program */

const PROGRAMS = [
  {
    name: "pulumi",
    title: `Building the Pulumi CLI ${PULUMI_VERSION} from Go modules: 3 to 5 minutes this once, kept for later runs.`,
    source: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    modules: "pulumi-cli",
    version: PULUMI_VERSION,
    // As in Pulumi's own releases: user look-up without the C library, and gRPC without code that defeats the linker.
    tags: "osusergo,grpcnotrace",
  },
  {
    name: "pulumi-language-nodejs",
    title: `Building Pulumi's Node.js language host ${LANGUAGE_HOST_VERSION}: about 30 seconds.`,
    source: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    modules: "pulumi-language-nodejs",
    version: LANGUAGE_HOST_VERSION,
    tags: "",
  },
];

/**
 * Builds the CLI and its language host from the modules that tools/ pins.
 * @param {Setup} setup
 * @param {string} root the programs come to its folder `bin`
 * @throws {SetupError} when there is no Go, an old one, or the build fails
 */
export async function buildPulumi({ checkout, cache, env }, root) {
  const go = requireGo(env);
  // Not in `root`: what an interrupted build has fetched and compiled serves the next one. Go itself keeps two builds
  // that share these caches out of each other's way.
  const work = join(cache, "go");
  const goEnv = goEnvironment(env, go.settings, work);
  makeDirectory(join(work, "tmp"));
  for (const program of PROGRAMS) await buildProgram(program, { checkout, root, go: go.file, env: goEnv });
  // 1.6 GB of modules and as much of compiled packages, of no use any more.
  await rm(work, { recursive: true, force: true });
}

/**
 * @param {Program} program
 * @param {{ checkout: string, root: string, go: string, env: Environment }} where
 */
async function buildProgram({ name, title, source, modules, version, tags }, { checkout, root, go, env }) {
  const linker = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  const output = join(root, "bin", process.platform === "win32" ? `${name}.exe` : name);
  const tally = { fetched: 0, compiled: 0 };
  await runStep({
    title,
    name: "go build",
    command: go,
    args: ["build", "-v", "-trimpath", "-tags", tags, "-ldflags", linker, "-o", output, source],
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
 * @returns {{ file: string, settings: Record<string, string> }} the `go` on PATH and its settings
 */
function requireGo(env) {
  const file = findOnPath("go", env);
  if (!file) throw new SetupError("there is no `go` on PATH.");
  const asked = ["GOVERSION", "GOMODCACHE", ...KEPT_SETTINGS];
  // `local`: not the newer toolchain that a go.mod may ask Go to download.
  const local = { ...env, GOTOOLCHAIN: "local" };
  const answer = execFileSync(file, ["env", "-json", ...asked], { env: local, encoding: "utf8" });
  const settings = JSON.parse(answer);
  if (!isAtLeast(settings.GOVERSION, GO_MINIMUM)) {
    throw new SetupError(`${file} is ${settings.GOVERSION}, older than ${GO_MINIMUM}.`);
  }
  return { file, settings };
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
    // Go counts its runs there.
    XDG_CONFIG_HOME: join(work, "config"),
    GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
}
