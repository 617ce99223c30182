import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { ensure } from "./lock.mjs";
import { npmArguments } from "./npm.mjs";
import { runStep } from "./step.mjs";

/** @import { Setup } from "./prepare.mjs" */
/**
 * The packages of a lock file by path.
 * @typedef {Readonly<Record<string, { version?: string, optional?: boolean }>>} Packages
 */

const packageName = "pulumi-stripe-entitlements";

/**
 * Installs the packages of package-lock.json if any is missing or has another version, and links
 * the package to itself.
 * @param {Setup} setup
 */
export async function installDependencies({ checkout, cache, node, env }) {
  await ensure({
    cache,
    key: `dependencies-${checkoutKey(checkout)}`,
    find: () => isInstalled(lockedPackages(checkout), installedPackages(checkout)) || undefined,
    make: () =>
      runStep({
        title: "Installing the npm packages of package-lock.json: about 30 seconds.",
        name: "npm ci",
        command: node,
        // With NODE_ENV=production npm would leave out the development dependencies, such as the
        // compiler.
        args: npmArguments(env, ["ci", "--include=dev"]),
        cwd: checkout,
        env,
        hint: "Check the network and npm's registry setting. Then run the command again.",
      }),
  });
  await linkSelf(checkout);
}

/**
 * Whether every package of the lock file is installed in its version. Optional packages may be
 * missing: most are for other platforms.
 * @param {Packages} locked
 * @param {Packages} installed
 */
export function isInstalled(locked, installed) {
  return Object.entries(locked).every(([path, { version, optional }]) => {
    if (path === "") return true;
    const found = installed[path];
    return found ? found.version === version : optional === true;
  });
}

/**
 * Returns a short name for a checkout, for files in the cache that belong to one checkout.
 * @param {string} checkout
 */
export function checkoutKey(checkout) {
  return createHash("sha256").update(realpathSync(checkout)).digest("hex").slice(0, 16);
}

/** @param {string} checkout @returns {Packages} */
function lockedPackages(checkout) {
  return JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8")).packages;
}

/**
 * Reads npm's own record of the installed packages. npm writes it last, so an interrupted
 * installation has none.
 * @param {string} checkout
 * @returns {Packages}
 */
function installedPackages(checkout) {
  try {
    return JSON.parse(readFileSync(join(checkout, "node_modules", ".package-lock.json"), "utf8")).packages;
  } catch {
    return {};
  }
}

/**
 * Links node_modules/pulumi-stripe-entitlements to the checkout. Programs in the checkout import
 * the package by its name, and Pulumi's provider process does not resolve a package's reference to
 * itself. npm removes the link at each installation.
 * @param {string} checkout
 */
async function linkSelf(checkout) {
  const link = join(checkout, "node_modules", packageName);
  if (leadsTo(link, checkout)) return;
  await rm(link, { recursive: true, force: true });
  await symlink(process.platform === "win32" ? checkout : "..", link, "junction").catch((error) => {
    if (!leadsTo(link, checkout)) throw error;
  });
}

/** @param {string} link @param {string} target */
function leadsTo(link, target) {
  try {
    return realpathSync(link) === realpathSync(target);
  } catch {
    return false;
  }
}
