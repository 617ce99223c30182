import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { SetupError } from "./setup-error.mjs";

/** @import { Environment } from "./path.mjs" */

const NAME = "pulumi-stripe-entitlements";

/**
 * The directory for what outlives a checkout: the Pulumi CLI and, where needed, Node.js.
 * PULUMI_STRIPE_ENTITLEMENTS_CACHE names it outright; otherwise it is a folder in the user's cache directory.
 * @param {Environment} env
 * @param {{ platform?: string, home?: string }} [machine]
 * @returns {string} an absolute path
 */
export function cacheDirectory(env, { platform = process.platform, home = homedir() } = {}) {
  if (env.PULUMI_STRIPE_ENTITLEMENTS_CACHE) return resolve(env.PULUMI_STRIPE_ENTITLEMENTS_CACHE);
  if (platform === "darwin") return join(home, "Library", "Caches", NAME);
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), NAME);
  // The XDG specification has relative paths ignored.
  const xdg = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : undefined;
  return join(xdg ?? join(home, ".cache"), NAME);
}

/**
 * The name of one thing in the cache: another version, platform or architecture is another thing.
 * @param {string} name
 * @param {string} version
 */
export function cacheKey(name, version) {
  return `${name}-${version}-${process.platform}-${process.arch}`;
}

/**
 * Makes a directory of the cache.
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

/** @param {unknown} cause */
export function cacheError(cause) {
  return new SetupError(`The cache directory cannot be written: ${cause instanceof Error ? cause.message : cause}`, {
    hint: "Set PULUMI_STRIPE_ENTITLEMENTS_CACHE to a directory that can be.",
  });
}
