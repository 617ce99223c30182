import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { ensure } from "./lock.mjs";
import { npmArguments } from "./npm.mjs";
import { runStep } from "./step.mjs";

/** @import { Setup } from "./prepare.mjs" */
/** @typedef {Readonly<Record<string, { version?: string, optional?: boolean }>>} Packages by path, as in a lock file */

const SELF = "pulumi-stripe-entitlements";

/**
 * Installs what package-lock.json names, when something else or nothing is installed, and links the package to itself.
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
        // Where NODE_ENV is "production" npm leaves out the compiler.
        args: npmArguments(env, ["ci", "--include=dev"]),
        cwd: checkout,
        env,
        hint: "Check the network and npm's registry setting, then run the command again.",
      }),
  });
  await linkSelf(checkout);
}

/**
 * Whether every package of the lock file is there in its version. Optional ones may be missing: most are for other
 * platforms.
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
 * A short name for a checkout, for what belongs to it in the cache.
 * @param {string} checkout
 */
export function checkoutKey(checkout) {
  return createHash("sha256").update(realpathSync(checkout)).digest("hex").slice(0, 16);
}

/** @param {string} checkout @returns {Packages} */
function lockedPackages(checkout) {
  return JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8")).packages;
}

/** npm writes this file last, so an interrupted installation has none. @param {string} checkout @returns {Packages} */
function installedPackages(checkout) {
  try {
    return JSON.parse(readFileSync(join(checkout, "node_modules", ".package-lock.json"), "utf8")).packages;
  } catch {
    return {};
  }
}

/**
 * Programs in the checkout import the package by its name, and a package's reference to itself does not work in
 * Pulumi's provider process. npm removes the link whenever it installs.
 * @param {string} checkout
 */
async function linkSelf(checkout) {
  const link = join(checkout, "node_modules", SELF);
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
