import { randomUUID } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * The place where something is put together before it is moved to `home` in one piece: what is found in the cache is
 * always complete. What interrupted runs have left there is removed.
 * @param {string} home
 * @returns {Promise<string>} a path that does not exist yet
 */
export async function stagingDirectory(home) {
  const prefix = `${basename(home)}.partial-`;
  const siblings = await readdir(dirname(home)).catch(() => []);
  const left = siblings.filter((name) => name.startsWith(prefix));
  await Promise.all(left.map((name) => rm(join(dirname(home), name), { recursive: true, force: true })));
  return join(dirname(home), prefix + randomUUID());
}

/**
 * Moves what is complete to where it is looked for.
 * @param {string} staging
 * @param {string} home replaced when something incomplete is there
 */
export async function publish(staging, home) {
  await rm(home, { recursive: true, force: true });
  await rename(staging, home);
}
