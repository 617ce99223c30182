import { join } from "node:path";
import { buildGoPrograms, removeWork } from "./go-build.mjs";
import { languageHostVersion, pulumiVersion } from "./versions.mjs";

/** @import { GoProgram } from "./go-build.mjs" */
/** @import { Setup } from "./prepare.mjs" */

/**
 * Returns the linker flags that put a version into a program of Pulumi.
 * @param {string} version
 */
export const versionFlag = (version) => `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;

/** @type {readonly GoProgram[]} */
const programs = [
  {
    name: "pulumi",
    title: `Building the Pulumi CLI ${pulumiVersion} from Go modules: 5 to 6 minutes. Later runs reuse it.`,
    source: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    modules: "pulumi-cli",
    linker: versionFlag(pulumiVersion),
    // As in Pulumi's own releases: user lookup without the C library, and gRPC without the code
    // that keeps the linker from removing unused methods.
    tags: "osusergo,grpcnotrace",
  },
  {
    name: "pulumi-language-nodejs",
    title: `Building Pulumi's Node.js language host ${languageHostVersion}: about 30 seconds.`,
    source: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    modules: "pulumi-language-hosts",
    linker: versionFlag(languageHostVersion),
    tags: "",
  },
];

/**
 * Builds the CLI and its language host from the modules that tools/ pins.
 * @param {Setup} setup
 * @param {string} root the programs are written to its folder `bin`
 * @throws {import("./setup-error.mjs").SetupError} when no suitable Go is available or a build
 * fails
 */
export function buildPulumi(setup, root) {
  return buildGoPrograms(programs, setup, { work: workDirectory(setup.cache), root });
}

/**
 * Removes gigabytes of modules and compiled packages, which are not needed once the CLI is in the
 * cache.
 * @param {string} cache
 */
export function removeBuildCaches(cache) {
  return removeWork(workDirectory(cache));
}

/**
 * Returns the folder of Go's own caches. It is kept after an interrupted build, and the next build
 * reuses it. Each version has its own folder, because a build removes its folder at the end and
 * another version may be building.
 * @param {string} cache
 */
function workDirectory(cache) {
  return join(cache, `go-pulumi-${pulumiVersion}`);
}
