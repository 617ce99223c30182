import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { mkdir, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { version as pulumiVersion } from "@pulumi/pulumi/package.json";
import { version as tsNodeVersion } from "ts-node/package.json";
import { version as typescriptVersion } from "typescript/package.json";
import { checkout } from "../../support/installed-copy";
import type { Environment } from "../../support/pulumi";
import { removeAtExit } from "../../support/remove-at-exit";
import { downloads, npm, type PackageManager, packageManager, tools } from "./package-managers";

const exec = promisify(execFile);

export const packageName = "pulumi-stripe-entitlements";

/** A kind of project for a Pulumi program, with the package manager that installs it. */
export interface SetUp {
  readonly name: string;
  /** Returns the files to write, by their path in the project's folder. */
  readonly files: (packed: string) => Readonly<Record<string, string>>;
  /** A folder to unpack the package into, as a package of the workspace; none by default. */
  readonly unpackInto?: string;
  /** The folder of the Pulumi project; the top folder by default. */
  readonly project?: string;
  /** Installs the dependencies. */
  readonly install: (folder: string) => Promise<void>;
  /** The options of the runtime in Pulumi.yaml; none by default. */
  readonly runtimeOptions?: RuntimeOptions;
  /** Settings of tsconfig.json besides those of the quick start; none by default. */
  readonly tsconfig?: { readonly compilerOptions?: object; readonly "ts-node"?: object };
  /** The version of Node.js for the program and the provider; the running one by default. */
  readonly node?: string;
  /** Returns the variables that the Pulumi CLI needs in this set-up; none by default. */
  readonly environment?: (folder: string) => Environment;
}

/** Options below `runtime` in Pulumi.yaml. */
export interface RuntimeOptions {
  /** Whether Pulumi loads ts-node. */
  readonly typescript?: boolean;
  /** Arguments of the Node.js that runs the program. */
  readonly nodeargs?: string;
}

/** The dependencies of a Pulumi program in TypeScript besides this package. */
export const pulumiDependencies = {
  "@pulumi/pulumi": pulumiVersion,
  "ts-node": tsNodeVersion,
  typescript: typescriptVersion,
};

/** Returns the text of a package.json. */
export function manifest(name: string, fields: object): string {
  return JSON.stringify({ name, private: true, version: "1.0.0", ...fields });
}

/**
 * Returns the package.json of a package with a Pulumi program. `spec` is the version or location of
 * this package, and `fields` replace others.
 */
export function programManifest(spec: string, fields: object = {}): string {
  return manifest("acme", { dependencies: { ...pulumiDependencies, [packageName]: spec }, ...fields });
}

/** Installs with npm. */
export async function installWithNpm(folder: string): Promise<void> {
  await (await npm()).run(folder, ["install", ...npmOptions]);
}

/** Installs with npm, then links the checkout with `npm link`. */
export async function linkWithNpm(folder: string): Promise<void> {
  await installWithNpm(folder);
  // `npm link` also makes a link in the global folder. This one belongs to the test.
  const prefix = join(folder, "global");
  await mkdir(join(prefix, "lib"), { recursive: true });
  await (await npm()).run(folder, ["link", ...npmOptions, checkout], { npm_config_prefix: prefix });
}

const npmOptions = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];

/** Returns an installation with pnpm. pnpm reads its settings from pnpm-workspace.yaml. */
export function installWithPnpm(tool: typeof tools.pnpm10) {
  return async (folder: string): Promise<void> => {
    const cache = await downloads();
    const args = ["--ignore-scripts", "--prefer-offline", "--no-frozen-lockfile"];
    const folders = [`--store-dir=${join(cache, "pnpm-store")}`, `--cache-dir=${join(cache, "pnpm-cache")}`];
    await (await packageManager(tool)).run(folder, ["install", ...args, ...folders]);
  };
}

/** Installs with yarn, which reads its settings from .yarnrc.yml. */
export async function installWithYarn(folder: string): Promise<void> {
  const env: Environment = {
    YARN_GLOBAL_FOLDER: join(await downloads(), "yarn"),
    YARN_ENABLE_TELEMETRY: "false",
    YARN_ENABLE_SCRIPTS: "false",
  };
  const manager: PackageManager = await packageManager(tools.yarn);
  await manager.run(folder, ["install", "--no-immutable"], env);
}

/** Installs with bun. */
export async function installWithBun(folder: string): Promise<void> {
  const env = { BUN_INSTALL_CACHE_DIR: join(await downloads(), "bun") };
  await (await packageManager(tools.bun)).run(folder, ["install", "--ignore-scripts"], env);
}

/** A set-up with its dependencies installed. */
export interface Installation {
  /** The top folder. */
  readonly folder: string;
  /** The folder of the Pulumi project. */
  readonly project: string;
  remove(): Promise<void>;
}

/** Writes the files of a set-up to a new folder and installs its dependencies. */
export async function install(setUp: SetUp): Promise<Installation> {
  const folder = mkdtempSync(join(await realpath(tmpdir()), "stripe-entitlements-set-up-"));
  removeAtExit(folder);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await installInto(folder, setUp);
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder, project: join(folder, setUp.project ?? ""), remove };
}

async function installInto(folder: string, setUp: SetUp): Promise<void> {
  const packed = await pack(folder);
  for (const [path, text] of Object.entries(setUp.files(packed))) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  if (setUp.unpackInto !== undefined) await unpack(packed, join(folder, setUp.unpackInto));
  await setUp.install(folder);
}

/** Returns the tarball of the package. */
async function pack(folder: string): Promise<string> {
  // The package is compiled already, and the script `prepare` would compile it again.
  await (await npm()).run(checkout, ["pack", "--ignore-scripts", "--pack-destination", folder]);
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack wrote no tarball");
  return join(folder, tarball);
}

/**
 * Unpacks the tarball without the package's own development dependencies, which a workspace would
 * install.
 */
async function unpack(packed: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await exec("tar", ["-xzf", packed, "--strip-components=1", "-C", folder]);
  const file = join(folder, "package.json");
  const { devDependencies: _devDependencies, ...rest } = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify(rest));
}
