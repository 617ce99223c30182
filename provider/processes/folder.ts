import { createHash, randomUUID } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import * as z from "../zod";

/** Changes when an older process would misunderstand an announcement, a question or an answer. */
const version = 1;

const announcementSchema = z.object({
  version: z.literal(version),
  pid: z.number(),
  /** Of the loopback address. */
  port: z.number(),
  /** Shows that a question comes from a process that can read the folder. */
  token: z.string(),
  /** Milliseconds since 1970. */
  since: z.number(),
  /** Whether the engine has sent a declaration to the process. */
  isDeclaring: z.boolean(),
});

/** How others reach a process. */
export type Announcement = z.infer<typeof announcementSchema>;

/** Milliseconds without a change after which the folder of another engine is removed. */
const maxAge = 24 * 3_600_000;

/**
 * The folder of one engine, in the private folder of this user. Each of the engine's provider
 * processes announces itself in a file of its own.
 *
 * The engine ends each process with an interrupt at the end of the run. The process then removes
 * its file, and the last one the folder. A process that ends in another way leaves its file, so
 * that the others do not delete what it may have declared. A later run removes the folder after a
 * day.
 */
export class AnnouncementFolder {
  readonly path: string;
  /** The name of this process's file. */
  readonly own = `${randomUUID()}.json`;
  readonly #parent = join(tmpdir(), `pulumi-stripe-entitlements-${process.getuid?.() ?? userInfo().username}`);

  /** @param engine the address of the engine */
  constructor(engine: string) {
    this.path = join(this.#parent, createHash("sha256").update(engine).digest("hex").slice(0, 16));
  }

  /** Writes the file of this process. @throws Error if other users could read or change it */
  write(announcement: Partial<Announcement> & Pick<Announcement, "port" | "token" | "isDeclaring">): void {
    createPrivate(this.#parent);
    this.#removeOld();
    const text = JSON.stringify({ version, pid: process.pid, since: Date.now(), ...announcement });
    try {
      this.#writeOwn(text);
    } catch (error) {
      // A process that ended at the same time may have removed the folder.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      this.#writeOwn(text);
    }
    removeAtInterrupt(this);
  }

  /** Writes the file at once: another process reads all of it, or nothing. */
  #writeOwn(text: string): void {
    createPrivate(this.path);
    const path = join(this.path, this.own);
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  /** Returns the names of the files of the engine's other processes. */
  findOthers(): readonly string[] {
    return readdirSync(this.path).filter((name) => name.endsWith(".json") && name !== this.own);
  }

  /**
   * Returns the announcement in a file. Undefined if the file was removed.
   *
   * @throws Error if it is of another version of this package
   */
  find(name: string): Announcement | undefined {
    try {
      return announcementSchema.parse(JSON.parse(readFileSync(join(this.path, name), "utf8")));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  remove(name: string): void {
    rmSync(join(this.path, name), { force: true });
  }

  /** Removes the file of this process, and the folder if no other process has a file in it. */
  leave(): void {
    this.remove(this.own);
    try {
      rmdirSync(this.path);
    } catch {
      // The last process removes it.
    }
  }

  /** Removes the folders of other engines that have not changed for a day. */
  #removeOld(): void {
    for (const name of readdirSync(this.#parent)) {
      const path = join(this.#parent, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats !== undefined && stats.mtimeMs < Date.now() - maxAge) rmSync(path, { recursive: true, force: true });
    }
  }
}

const written = new Set<AnnouncementFolder>();

/**
 * Removes the file when the engine interrupts this process (plugin.go and child_windows.go,
 * InterruptChildren). On Windows the interrupt is SIGBREAK.
 */
function removeAtInterrupt(folder: AnnouncementFolder): void {
  if (written.size === 0) {
    for (const signal of ["SIGINT", "SIGBREAK"] as const) process.once(signal, leaveAll);
  }
  written.add(folder);
}

function leaveAll(): void {
  for (const folder of written) folder.leave();
  // Without a listener, the signal ends the process.
  process.removeListener("SIGINT", leaveAll);
  process.kill(process.pid, "SIGINT");
}

/** Creates the folder. @throws Error if it exists and another user may read or write it */
function createPrivate(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const stats = lstatSync(path);
  // Windows has neither, and a folder for temporary files for each user.
  const isPrivate = process.getuid === undefined || (stats.uid === process.getuid() && (stats.mode & 0o077) === 0);
  if (!stats.isDirectory() || !isPrivate) throw new Error("it is not a folder that only this user may open");
}
