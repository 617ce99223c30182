import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { SetupError } from "./setup-error.mjs";

/** @import { Environment } from "./path.mjs" */

const folderName = "pulumi-stripe-entitlements";

/**
 * Returns the directory for files that outlive a checkout: the Pulumi CLI and, where needed,
 * Node.js. It is the value of PULUMI_STRIPE_ENTITLEMENTS_CACHE, or a folder in the user's cache
 * directory.
 * @param {Environment} env
 * @param {{ platform?: string, home?: string }} [machine]
 * @returns {string} an absolute path
 */
export function cacheDirectory(env, { platform = process.platform, home = homedir() } = {}) {
  if (env.PULUMI_STRIPE_ENTITLEMENTS_CACHE) return resolve(env.PULUMI_STRIPE_ENTITLEMENTS_CACHE);
  if (platform === "darwin") return join(home, "Library", "Caches", folderName);
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), folderName);
  // The XDG specification says to ignore relative paths:
  // https://specifications.freedesktop.org/basedir-spec/latest/
  const xdg = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : undefined;
  return join(xdg ?? join(home, ".cache"), folderName);
}

/**
 * Returns the name of one version of a tool in the cache, for this platform and architecture.
 * @param {string} name
 * @param {string} version
 */
export function cacheKey(name, version) {
  return `${name}-${version}-${process.platform}-${process.arch}`;
}

/**
 * Creates a directory of the cache.
 * @param {string} directory
 * @throws {SetupError} when it cannot be written
 */
export function makeDirectory(directory) {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw cacheError(error);
  }
}

/**
 * Returns the error for a cache that cannot be written.
 * @param {unknown} cause
 */
export function cacheError(cause) {
  return new SetupError(`The cache directory cannot be written: ${cause instanceof Error ? cause.message : cause}`, {
    hint: "Set PULUMI_STRIPE_ENTITLEMENTS_CACHE to a writable directory.",
  });
}
