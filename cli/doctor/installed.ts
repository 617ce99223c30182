import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";

export const packageName = "pulumi-stripe-entitlements";
export const sdkName = "@pulumi/pulumi";

/** A package on this machine. */
export interface InstalledPackage {
  readonly version: string;
  readonly folder: string;
}

const manifestSchema = z.looseObject({ name: z.string(), version: z.string() });

/** Returns the package that Node.js finds from the folder. Undefined when it finds none. */
export function findPackage(folder: string, name: string): InstalledPackage | undefined {
  try {
    return readPackage(dirname(createRequire(join(folder, "index.js")).resolve(`${name}/package.json`)));
  } catch {
    return undefined;
  }
}

/** Returns the package in the folder. */
export function readPackage(folder: string): InstalledPackage | undefined {
  try {
    const { version } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
    return { version, folder };
  } catch {
    return undefined;
  }
}

/** Returns the version of the package that this command belongs to. */
export function ownVersion(): string {
  return ownManifest().version;
}

/** Returns the oldest version of the SDK that this package works with. */
export function oldestSdk(): string {
  return ownManifest().peerDependencies[sdkName].replace(">=", "");
}

function ownManifest(): { version: string; peerDependencies: { [sdkName]: string } } {
  return require("pulumi-stripe-entitlements/package.json");
}
