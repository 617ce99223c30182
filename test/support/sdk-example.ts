import { execFile } from "node:child_process";
import { copyFile, mkdir, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { generateSdk } from "../../tools/sdks/generate";
import { languageHost, pythonSdk } from "../tools/support/languages";
import type { Example } from "./example";
import type { Environment } from "./pulumi";

const exec = promisify(execFile);

/** Puts the plugin of the packed project where `npm install` in the example would put it. */
export async function installPlugin({ directory }: Example): Promise<void> {
  await mkdir(join(directory, "node_modules"));
  await symlink(join(directory, "..", "..", "node_modules", ".bin"), join(directory, "node_modules", ".bin"), "junction");
}

/** Generates the SDK for Node.js, and compiles it where `npm install` in the example links it. */
export async function installNodeSdk({ directory }: Example): Promise<void> {
  const sdk = join(directory, "node_modules", "pulumi-stripe-entitlements-sdk");
  await generateSdk("nodejs", sdk);
  await build({ entryPoints: [join(sdk, "**/*.ts")], outdir: join(sdk, "bin"), format: "cjs", logLevel: "error" });
  await copyFile(join(sdk, "package.json"), join(sdk, "bin", "package.json"));
}

/**
 * Generates the SDK for Python and installs it. Returns the variables with which the CLI runs the
 * example. The first call on a machine builds the language host.
 */
export async function installPythonSdk({ directory }: Example): Promise<Environment> {
  const [host, packages] = [await languageHost("pythonHost"), await pythonSdk()];
  const sdk = join(directory, "sdks", "python");
  const installed = join(directory, "packages");
  await generateSdk("python", sdk);
  const PYTHONPATH = [installed, packages].join(delimiter);
  const options = ["--quiet", "--no-deps", "--no-build-isolation", "--target", installed];
  await exec("python3", ["-m", "pip", "install", ...options, sdk], { env: { ...process.env, PYTHONPATH } });
  return { PYTHONPATH, PATH: [dirname(host), process.env["PATH"]].join(delimiter) };
}
