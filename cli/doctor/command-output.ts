import { execFile } from "node:child_process";
import type { Io } from "../io";

/** Milliseconds. */
const timeout = 30_000;

/** The output of a program, or why it failed. */
export type CommandOutput =
  | { readonly stdout: string; readonly error?: undefined }
  | { readonly stdout?: undefined; readonly error: string; readonly isMissing: boolean };

/** Runs a program in the environment of the user, without a shell by default. */
export function outputOf(
  { env, cwd }: Pick<Io, "env" | "cwd">,
  command: string,
  args: readonly string[],
  { shell = false }: { readonly shell?: boolean } = {},
): Promise<CommandOutput> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env, timeout, shell }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout: stdout.trim() });
      else resolve({ error: stderr.trim() || error.message, isMissing: error.code === "ENOENT" });
    });
  });
}
