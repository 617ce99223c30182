import { join } from "node:path";
import { buildGoPrograms, removeWork } from "./go-build.mjs";
import { LANGUAGE_HOST_VERSION, PULUMI_VERSION } from "./versions.mjs";

/** @import { GoProgram } from "./go-build.mjs" */
/** @import { Setup } from "./prepare.mjs" */

/** @param {string} version */
const versionFlag = (version) => `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;

/** @type {readonly GoProgram[]} */
const PROGRAMS = [
  {
    name: "pulumi",
    title: `Building the Pulumi CLI ${PULUMI_VERSION} from Go modules: 3 to 5 minutes this once, kept for later runs.`,
    source: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    modules: "pulumi-cli",
    linker: versionFlag(PULUMI_VERSION),
    // As in Pulumi's own releases: user look-up without the C library, and gRPC without code that defeats the linker.
    tags: "osusergo,grpcnotrace",
  },
  {
    name: "pulumi-language-nodejs",
    title: `Building Pulumi's Node.js language host ${LANGUAGE_HOST_VERSION}: about 30 seconds.`,
    source: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    modules: "pulumi-language-nodejs",
    linker: versionFlag(LANGUAGE_HOST_VERSION),
    tags: "",
  },
];

/**
 * Builds the CLI and its language host from the modules that tools/ pins.
 * @param {Setup} setup
 * @param {string} root the programs come to its folder `bin`
 * @throws {import("./setup-error.mjs").SetupError} when there is no Go, an old one, or the build fails
 */
export function buildPulumi(setup, root) {
  return buildGoPrograms(PROGRAMS, setup, { work: workDirectory(setup.cache), root });
}

/**
 * Removes gigabytes of modules and compiled packages, of no use once the CLI is in the cache.
 * @param {string} cache
 */
export function removeBuildCaches(cache) {
  return removeWork(workDirectory(cache));
}

/**
 * Go's own caches. They outlast an interrupted build, and what is in them serves the next one; Go keeps two builds that
 * share them out of each other's way.
 * @param {string} cache
 */
function workDirectory(cache) {
  return join(cache, "go");
}
