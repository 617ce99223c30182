import { spawn } from "node:child_process";
import { constants } from "node:os";
import { findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";

/** @import { Environment } from "./path.mjs" */

/** @type {readonly NodeJS.Signals[]} */
const forwardedSignals = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a command with the input and output of this process, and forwards signals to it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Environment} env
 * @returns {Promise<number>} its exit code
 * @throws {SetupError} when the command cannot be started
 */
export function runInForeground(command, args, env) {
  const file = findOnPath(command, env) ?? command;
  const child = spawn(...spawnable(file, args), { env, stdio: "inherit" });
  for (const signal of forwardedSignals) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both processes, and a second SIGINT makes Pulumi stop at once.
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new SetupError(`${command} cannot be run: ${error.message}`)));
    child.on("close", (code, signal) => resolve(signal ? exitCodeOf(signal) : (code ?? 1)));
  });
}

/**
 * Returns the exit code that a shell uses for a command that a signal ended.
 * @param {NodeJS.Signals} signal
 */
export function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}

/**
 * Returns what to spawn for a file. Windows runs npm's .cmd files only through a shell.
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {[string, readonly string[]]}
 */
function spawnable(file, args) {
  if (process.platform !== "win32" || !/\.(cmd|bat)$/i.test(file)) return [file, args];
  return ["cmd.exe", ["/d", "/s", "/c", "call", file, ...args]];
}
