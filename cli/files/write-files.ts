import { mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CliError, messageOf } from "../cli-error";

/** A file to write. */
export interface FileContent {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes all files or, when one cannot be written, none. A file that exists is replaced as a whole:
 * the text is written to a temporary file beside it, which then gets its name.
 *
 * Runs synchronously, so that Ctrl-C does not end the process between two files.
 *
 * @throws CliError that names the file
 */
export function writeFiles(files: readonly FileContent[]): void {
  const written: { temporary: string; target: string }[] = [];
  try {
    for (const { path, text } of files) {
      const target = existing(path) ?? path;
      const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
      attempt(path, () => {
        mkdirSync(dirname(target), { recursive: true });
        assertFile(target);
        written.push({ temporary, target });
        writeFileSync(temporary, text, { flag: "wx", mode: modeOf(target) });
      });
    }
    for (const { temporary, target } of written) attempt(target, () => renameSync(temporary, target));
  } finally {
    for (const { temporary } of written) rmSync(temporary, { force: true });
  }
}

/** Returns the file that a path leads to, through links. Undefined when it does not exist. */
function existing(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function assertFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error("there is a folder");
}

function modeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666;
}

function attempt(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new CliError(
      `cannot write ${path}: ${messageOf(error)}`,
      "Check the folder and its permissions, or choose another one.",
      {
        cause: error,
      },
    );
  }
}
