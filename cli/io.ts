import type { Readable, Writable } from "node:stream";

/** A stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean };

/** The surroundings of a run: those of the process, or those of a test. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** For results only. */
  readonly stdout: Output;
  /** For progress, notices and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /**
   * Resolves at Ctrl-C or SIGTERM. Unless a command calls it, these signals end the process. They
   * do not interrupt synchronous code.
   */
  readonly untilInterrupted: () => Promise<void>;
  /** The exit code of a command that ends without an error. A command may set it. */
  exitCode: number;
}
