import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { CliError, messageOf } from "../cli-error";
import type { FileContent } from "../files/write-files";
import type { Io } from "../io";
import type { Files } from "./program-files";
import type { StackFile } from "./stack-file";

/** The change of a file. */
export type FileAction =
  /** The file did not exist. */
  | "created"
  /** The file has this content already. */
  | "unchanged"
  /** The file exists and belongs to the user. It is not compared. */
  | "kept"
  /** Keys were added to the file. */
  | "extended"
  /** The file had another content. Only with `--force`. */
  | "replaced";

/** A file of the program. */
export interface Target extends FileContent {
  /** The path as the user sees it. */
  readonly file: string;
  readonly action: FileAction;
}

/** Decides what happens to each file of a folder. Writes nothing. */
export class Targets {
  readonly #targets: Target[] = [];
  readonly #conflicts: string[] = [];

  constructor(
    private readonly io: Pick<Io, "cwd">,
    private readonly isForced: boolean,
  ) {}

  /** Adds files that `init` owns. */
  async addOwned(folder: string, files: Files): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const file = join(folder, name);
      const old = await this.read(file);
      if (old === undefined) this.#add(file, text, "created");
      else if (old === text) this.#add(file, text, "unchanged");
      else this.#replace(file, text);
    }
  }

  /** Adds files that are written only where they are missing. */
  async addMissing(folder: string, files: Files): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const file = join(folder, name);
      const old = await this.read(file);
      this.#add(file, old ?? text, old === undefined ? "created" : "kept");
    }
  }

  /** Adds the configuration of a stack, where old values must not be replaced. */
  addStackFile(file: string, old: string | undefined, { text, replaced }: StackFile): void {
    if (old === undefined) this.#add(file, text, "created");
    else if (old === text) this.#add(file, text, "unchanged");
    else if (replaced.length === 0) this.#add(file, text, "extended");
    else this.#replace(file, text, ` (${replaced.join(", ")})`);
  }

  /** Returns the content of a file. Undefined when it does not exist. */
  async read(file: string): Promise<string | undefined> {
    try {
      return await readFile(resolve(this.io.cwd, file), "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw new CliError(
        `cannot read ${file}: ${messageOf(error)}`,
        "Check the folder, or choose another one with --out.",
      );
    }
  }

  /**
   * Returns all files.
   *
   * @throws CliError that names the files with another content, unless they may be replaced
   */
  checked(): readonly Target[] {
    if (this.#conflicts.length === 0) return this.#targets;
    const [what, them] = this.#conflicts.length === 1 ? ["exists", "it"] : ["exist", "them"];
    throw new CliError(
      `${this.#conflicts.join(", ")} ${what} with another content. Nothing was written`,
      `Compare ${them} with the account (--check), write to another folder (--out), replace ${them} (--force), or add only a stack (--products-only).`,
    );
  }

  #replace(file: string, text: string, detail = ""): void {
    if (!this.isForced) this.#conflicts.push(file + detail);
    this.#add(file, text, "replaced");
  }

  #add(file: string, text: string, action: FileAction): void {
    const path = resolve(this.io.cwd, file);
    if (this.#targets.some((target) => target.path === path)) {
      throw new CliError(`${file} is a file of the program`, "Choose another name with --import-file.");
    }
    this.#targets.push({ file, path, text, action });
  }
}

/** Returns the name of the configuration file of a stack. */
export function stackFileName(stack: string): string {
  return `Pulumi.${basename(stack)}.yaml`;
}
