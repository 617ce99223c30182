import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheError, makeDirectory } from "./cache.mjs";
import { log } from "./progress.mjs";

const heartbeatMs = 2_000;
const pollMs = 500;
// Much longer than a heartbeat, so that a busy process does not look dead. After a kill the next
// process waits this long.
const staleAfterMs = 15_000;

/**
 * Returns what `find` finds, after making it if it is missing. Only one process makes it; others
 * wait for that one and then find it.
 * @template T
 * @param {object} thing
 * @param {string} thing.cache the cache directory
 * @param {string} thing.key the thing's name there
 * @param {() => T | undefined} thing.find returns undefined while it is missing
 * @param {() => Promise<void>} thing.make
 * @returns {Promise<T>}
 */
export async function ensure({ cache, key, find, make }) {
  const existing = find();
  if (existing !== undefined) return existing;
  return withLock(join(cache, "locks", key), async () => {
    const madeByOther = find();
    if (madeByOther !== undefined) return madeByOther;
    try {
      await make();
    } catch (error) {
      // A machine that sleeps can lose its lock, and then two processes make the same thing. One
      // success is enough.
      const other = find();
      if (other === undefined) throw error;
      return other;
    }
    const made = find();
    if (made === undefined) throw new Error(`${key} was made but is incomplete`);
    return made;
  });
}

/**
 * Runs `action` while it holds a lock. The lock is a directory, because creating one is atomic on
 * every platform. Its modification time shows whether the holder is alive. A process id would not:
 * containers may share the cache.
 * @template T
 * @param {string} lock
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
async function withLock(lock, action) {
  await acquire(lock);
  const heartbeat = setInterval(() => touch(lock), heartbeatMs);
  try {
    return await action();
  } finally {
    clearInterval(heartbeat);
    await rm(lock, { recursive: true, force: true });
  }
}

/** @param {string} lock */
async function acquire(lock) {
  makeDirectory(dirname(lock));
  let waiting = false;
  for (;;) {
    try {
      return await mkdir(lock);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw cacheError(error);
    }
    if (await isStale(lock)) {
      await removeStale(lock);
      continue;
    }
    if (!waiting) log("Another setup is running. Waiting for it to finish.");
    waiting = true;
    await sleep(pollMs);
  }
}

/**
 * Removes a stale lock. Another process may have found it stale too and may hold a new lock of this
 * name by now. So the lock is moved aside and examined again, and a fresh one is put back.
 * @param {string} lock
 */
async function removeStale(lock) {
  const aside = `${lock}.${randomUUID()}`;
  await rename(lock, aside).catch(() => undefined);
  if (await isStale(aside)) await rm(aside, { recursive: true, force: true });
  else await rename(aside, lock).catch(() => undefined);
}

/** @param {string} lock */
async function isStale(lock) {
  const held = await stat(lock).catch(() => undefined);
  return held !== undefined && Date.now() - held.mtimeMs > staleAfterMs;
}

/** @param {string} lock */
async function touch(lock) {
  const now = new Date();
  await utimes(lock, now, now).catch(() => undefined);
}
