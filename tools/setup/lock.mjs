import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheError, makeDirectory } from "./cache.mjs";
import { say } from "./progress.mjs";

const BEAT_MS = 2_000;
// Much longer than a beat: a busy machine must not look dead. A killed holder costs the next one this much waiting.
const STALE_MS = 15_000;

/**
 * Returns what `find` finds, and makes it first where it is missing. One process at a time makes it; others wait and
 * then find it.
 * @template T
 * @param {{ cache: string, key: string, find: () => T | undefined, make: () => Promise<void> }} thing
 * @returns {Promise<T>}
 */
export async function ensure({ cache, key, find, make }) {
  const ready = find();
  if (ready !== undefined) return ready;
  return withLock(join(cache, "locks", key), async () => {
    const meanwhile = find();
    if (meanwhile !== undefined) return meanwhile;
    try {
      await make();
    } catch (error) {
      // A lock can be taken over from a machine that was asleep. Then two are at work, and one success is enough.
      const others = find();
      if (others === undefined) throw error;
      return others;
    }
    const made = find();
    if (made === undefined) throw new Error(`${key} was made, but is not complete`);
    return made;
  });
}

/**
 * A directory is the lock, because making one is atomic everywhere; its time says whether the holder is alive, because
 * a process id means nothing to a container that shares the cache.
 * @template T
 * @param {string} lock
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
async function withLock(lock, action) {
  await acquire(lock);
  const beat = setInterval(() => touch(lock), BEAT_MS);
  try {
    return await action();
  } finally {
    clearInterval(beat);
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
    if (!waiting) say("Another set-up is at work: waiting for it to finish.");
    waiting = true;
    await sleep(500);
  }
}

/**
 * Others may find the lock stale at the same time, and by now one of them may hold it: what is moved aside is looked at
 * again, and put back when it is a new one.
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
  return held !== undefined && Date.now() - held.mtimeMs > STALE_MS;
}

/** @param {string} lock */
async function touch(lock) {
  const now = new Date();
  await utimes(lock, now, now).catch(() => undefined);
}
