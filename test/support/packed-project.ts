import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { mkdir, readdir, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { version as pulumiVersion } from "@pulumi/pulumi/package.json";
import { version as tsNodeVersion } from "ts-node/package.json";
import { version as typescriptVersion } from "typescript/package.json";
import { name as packageName } from "../../package.json";
import { npm } from "./npm";
import { hermetic } from "./pulumi";
import { removeAtExit } from "./remove-at-exit";

const exec = promisify(execFile);
const checkout = resolve(__dirname, "../..");

/** A project outside the checkout, with the package installed from its tarball. */
export interface PackedProject {
  /** Contains `node_modules` and the programs of all tests. */
  readonly directory: string;
  /** The `PULUMI_HOME` of every program. */
  readonly pulumiHome: string;
}

const projects = new Map<string, Promise<PackedProject>>();

/**
 * Returns the project with this version of the SDK. The first call installs it. It is removed when
 * the process ends.
 */
export function packedProject(sdkVersion: string = pulumiVersion): Promise<PackedProject> {
  const project = projects.get(sdkVersion) ?? createProject(sdkVersion);
  projects.set(sdkVersion, project);
  return project;
}

async function createProject(sdkVersion: string): Promise<PackedProject> {
  const temporary = await createTemporaryDirectory();
  const directory = join(temporary, "project");
  const pulumiHome = join(temporary, "pulumi-home");
  await Promise.all([mkdir(directory), mkdir(pulumiHome)]);
  const tarball = await packedTarball();
  await writeFile(join(directory, "package.json"), JSON.stringify({ name: "acme", private: true }));
  await runNpm(directory, [
    ...["install", "--prefer-offline", "--no-audit", "--no-fund", tarball],
    ...[`@pulumi/pulumi@${sdkVersion}`, `typescript@${typescriptVersion}`, `ts-node@${tsNodeVersion}`],
  ]);
  await fillCompileCache(directory);
  return { directory, pulumiHome };
}

/**
 * Compiles the provider into the cache of the tests' commands. The engine kills the provider's
 * process, and only a process that ends by itself writes what it has compiled.
 */
async function fillCompileCache(directory: string): Promise<void> {
  const provider = join(directory, "node_modules", packageName, "dist", "provider");
  // The plugin's entry starts it.
  const options = { exclude: [join(provider, "plugin", "index.js")] };
  const files = `globSync(${JSON.stringify(join(provider, "**", "*.js"))}, ${JSON.stringify(options)})`;
  const script = `for (const file of require("node:fs").${files}) require(file);`;
  await exec(process.execPath, ["-e", script], { cwd: directory, env: hermetic({}) });
}

/** Creates a directory that is removed when the process ends. */
async function createTemporaryDirectory(): Promise<string> {
  const directory = mkdtempSync(join(await realpath(tmpdir()), "stripe-entitlements-e2e-"));
  removeAtExit(directory);
  return directory;
}

let packed: Promise<string> | undefined;

/** Returns the package's tarball. The first call creates it. */
export function packedTarball(): Promise<string> {
  packed ??= createTemporaryDirectory().then(pack);
  return packed;
}

/** Creates the package's tarball, and returns its path. */
async function pack(destination: string): Promise<string> {
  await runNpm(checkout, ["pack", "--pack-destination", destination]);
  const tarball = (await readdir(destination)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack created no tarball");
  return join(destination, tarball);
}

/** Runs npm without the variables that npm sets for the checkout: a nested npm would read them. */
function runNpm(cwd: string, args: readonly string[]) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith("npm_")),
  );
  return npm(cwd, args, env);
}
