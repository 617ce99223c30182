import { spawn } from "node:child_process";
import { constants } from "node:os";
import { findOnPath } from "./path.mjs";
import { SetupError } from "./setup-error.mjs";

/** @import { Environment } from "./path.mjs" */

/** @type {readonly NodeJS.Signals[]} */
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs the command itself: its input and output are ours, signals reach it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Environment} env
 * @returns {Promise<number>} its exit code
 * @throws {SetupError} when there is no such command
 */
export function runInForeground(command, args, env) {
  const file = findOnPath(command, env) ?? command;
  const child = spawn(...spawnable(file, args), { env, stdio: "inherit" });
  for (const signal of PASSED_ON) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both of us, and Pulumi takes a second one as an order to give up at once.
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
 * @param {NodeJS.Signals} signal
 * @returns {number} the exit code by which a shell knows that a signal ended a command
 */
export function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}

/**
 * Windows runs npm's .cmd files only through a shell, and then quoting is up to us.
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {[string, readonly string[]]}
 */
function spawnable(file, args) {
  if (process.platform !== "win32" || !/\.(cmd|bat)$/i.test(file)) return [file, args];
  return ["cmd.exe", ["/d", "/s", "/c", "call", file, ...args]];
}
