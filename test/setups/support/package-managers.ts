import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Environment } from "../../support/pulumi";
import { load } from "../../tools/support/tools";

const exec = promisify(execFile);

/** A package manager that is ready to run. */
export interface PackageManager {
  /** Runs one of its commands. */
  run(directory: string, args: readonly string[], env?: Environment): Promise<void>;
}

/** A program that the npm registry serves. */
interface Tool {
  readonly name: string;
  readonly version: string;
  /** The npm package that `npm install` is called with. */
  readonly package: string;
  /** Returns the file to run, given the folder `node_modules`. */
  readonly find: (modules: string) => Promise<string | undefined>;
}

/** The folder for what outlives a checkout. */
interface CacheModule {
  cacheDirectory(env: Environment): string;
  cacheKey(name: string, version: string): string;
}

interface VersionsModule {
  readonly nodePackages: Readonly<Record<string, { readonly name: string } | undefined>>;
}

interface LockModule {
  ensure<T>(thing: {
    readonly cache: string;
    readonly key: string;
    readonly find: () => T | undefined;
    readonly make: () => Promise<void>;
  }): Promise<T>;
}

interface NpmModule {
  getNpmScript(env: Environment): string;
}

interface StagingModule {
  stagingDirectory(home: string): Promise<string>;
  publish(staging: string, home: string): Promise<void>;
}

const pnpm10: Tool = {
  name: "pnpm",
  version: "10.34.9",
  package: "pnpm",
  find: async (modules) => join(modules, "pnpm", "bin", "pnpm.cjs"),
};

// A native program since version 12, in a package of its own for each platform.
const pnpm12: Tool = {
  name: "pnpm",
  version: "12.21.0",
  package: "pnpm",
  find: (modules) => findInPlatformPackage(join(modules, "@pnpm"), "exe.", "pnpm"),
};

const yarn: Tool = {
  name: "yarn",
  version: "4.18.1",
  package: "@yarnpkg/cli-dist",
  find: async (modules) => join(modules, "@yarnpkg", "cli-dist", "bin", "yarn.js"),
};

const bun: Tool = {
  name: "bun",
  version: "1.4.5",
  package: "bun",
  find: (modules) => findInPlatformPackage(join(modules, "@oven"), "bun-", join("bin", "bun")),
};

export const tools = { pnpm10, pnpm12, yarn, bun };

/** Returns npm, which is on PATH. */
export async function npm(): Promise<PackageManager> {
  // Windows runs the command `npm`, a .cmd file, only in a shell.
  const { getNpmScript } = await load<NpmModule>("npm.mjs");
  return managerOf(process.execPath, [getNpmScript(process.env)]);
}

/**
 * Returns a package manager of another kind. It is installed first if the cache does not have it.
 */
export async function packageManager(tool: Tool): Promise<PackageManager> {
  const file = await toolFile(tool);
  return /\.c?js$/.test(file) ? managerOf(process.execPath, [file]) : managerOf(file, []);
}

/** Returns the folder of one version of Node.js. */
export async function nodeFolder(version: string): Promise<string> {
  const { nodePackages } = await load<VersionsModule>("versions.mjs");
  const name = nodePackages[`${process.platform}-${process.arch}`]?.name;
  if (name === undefined) throw new Error(`npm has no Node.js for ${process.platform}-${process.arch}`);
  const file = process.platform === "win32" ? "node.exe" : "node";
  const find = async (modules: string) => join(modules, name, "bin", file);
  return dirname(await toolFile({ name: "node", version, package: name, find }));
}

/** The folder in which the package managers keep downloaded packages between runs. */
export async function downloads(): Promise<string> {
  const { cacheDirectory } = await load<CacheModule>("cache.mjs");
  const folder = join(cacheDirectory(process.env), "set-ups");
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Returns the file of a tool, and installs the tool first if the cache does not have it. */
export async function toolFile(tool: Tool): Promise<string> {
  const [{ cacheDirectory, cacheKey }, { ensure }] = await Promise.all([
    load<CacheModule>("cache.mjs"),
    load<LockModule>("lock.mjs"),
  ]);
  const cache = cacheDirectory(process.env);
  const key = cacheKey(tool.name, tool.version);
  const home = join(cache, key);
  const find = () => (existsSync(home) ? home : undefined);
  await ensure({ cache, key, find, make: () => installTool(tool, home) });
  const file = await tool.find(join(home, "node_modules"));
  if (file === undefined || !existsSync(file)) {
    throw new Error(`${home} has no ${tool.name} for this platform. Remove the folder and run the test again.`);
  }
  return file;
}

async function installTool(tool: Tool, home: string): Promise<void> {
  const { stagingDirectory, publish } = await load<StagingModule>("staging.mjs");
  const staging = await stagingDirectory(home);
  await mkdir(staging, { recursive: true });
  await writeFile(join(staging, "package.json"), JSON.stringify({ private: true }));
  const spec = `${tool.package}@${tool.version}`;
  try {
    await (await npm()).run(staging, [
      "install",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--fetch-retries=1",
      spec,
    ]);
  } catch (cause) {
    throw new Error(
      `${tool.name} ${tool.version} is missing and cannot be installed. The test needs the npm registry: check the ` +
        `network and npm's registry setting, see that \`npm view ${spec}\` answers, and run the test again.`,
      { cause },
    );
  }
  await publish(staging, home);
}

async function findInPlatformPackage(scope: string, prefix: string, file: string): Promise<string | undefined> {
  const packages = await readdir(scope).catch(() => []);
  const found = packages.find((name) => name.startsWith(prefix));
  return found && join(scope, found, process.platform === "win32" ? `${file}.exe` : file);
}

function managerOf(file: string, first: readonly string[]): PackageManager {
  return {
    run: async (directory, args, env = {}) => {
      const all = { ...outerEnvironment(), ...env };
      await exec(file, [...first, ...args], { cwd: directory, env: all, maxBuffer: 64 * 1024 * 1024 }).catch(
        (error: { readonly stdout?: string; readonly stderr?: string; readonly message: string }) => {
          // pnpm and yarn print errors to standard output.
          throw new Error(`${error.message}\n${error.stdout ?? ""}`, { cause: error });
        },
      );
    },
  };
}

/**
 * Returns the environment without the variables of the npm that runs the tests. They hold settings
 * for the checkout. The variable of the registry is kept.
 */
function outerEnvironment(): Environment {
  const isSetting = (name: string) => /^(npm|pnpm)_/i.test(name) && !/^npm_config_registry$/i.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSetting(name)));
}
