import { createHash, randomUUID } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
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

/** Milliseconds after which the folder of another engine is removed. */
const maxAge = 24 * 3_600_000;

/**
 * The folder with the files of one engine's provider processes, in the private folder of this user.
 * A process is ended without notice, so files of processes that are gone remain for a while.
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
    createPrivate(this.path);
    const path = join(this.path, this.own);
    const text = JSON.stringify({ version, pid: process.pid, since: Date.now(), ...announcement });
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

  /** Removes what the processes of other engines left a day ago or more. */
  #removeOld(): void {
    for (const name of readdirSync(this.#parent)) {
      const path = join(this.#parent, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats !== undefined && stats.mtimeMs < Date.now() - maxAge) rmSync(path, { recursive: true, force: true });
    }
  }
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
