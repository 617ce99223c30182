import { randomUUID } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Returns the path of a directory in which something is assembled before {@link publish} moves it
 * to `target`. So the cache never holds anything incomplete. Removes what interrupted runs have
 * left beside `target`.
 * @param {string} target
 * @returns {Promise<string>} a path that does not exist yet
 */
export async function stagingDirectory(target) {
  const prefix = `${basename(target)}.partial-`;
  const siblings = await readdir(dirname(target)).catch(() => []);
  const leftovers = siblings.filter((name) => name.startsWith(prefix));
  await Promise.all(leftovers.map((name) => rm(join(dirname(target), name), { recursive: true, force: true })));
  return join(dirname(target), prefix + randomUUID());
}

/**
 * Moves a complete staging directory to its target.
 * @param {string} staging
 * @param {string} target replaced if it exists
 */
export async function publish(staging, target) {
  await rm(target, { recursive: true, force: true });
  await rename(staging, target);
}
