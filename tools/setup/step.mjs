import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { startProgress } from "./progress.mjs";
import { Interrupted, SetupError } from "./setup-error.mjs";

/** @import { Environment } from "./path.mjs" */

// The reason stands at the end of most output, and at the beginning of npm's.
const FIRST_LINES = 10;
const LAST_LINES = 30;
/** @type {readonly NodeJS.Signals[]} */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs one command of the set-up with its progress shown and its output held back: only a failure shows the end of it.
 * @param {object} step
 * @param {string} step.title what is done and how long it usually takes
 * @param {string} step.name what to call it when it fails
 * @param {string} step.command
 * @param {readonly string[]} step.args
 * @param {string} step.cwd
 * @param {Environment} step.env
 * @param {string} [step.hint] what to do when it fails
 * @param {number} [step.timeout] milliseconds; without one the step may take as long as it likes
 * @param {() => string} [step.status] how far it is
 * @param {(line: string) => void} [step.onLine] sees every line of output
 * @returns {Promise<void>}
 * @throws {SetupError} when the command fails
 * @throws {Interrupted} when a signal stops it
 */
export async function runStep({ title, name, status = () => "", hint, onLine = () => {}, ...command }) {
  /** @type {string[]} */
  const output = [];
  const ending = capture(command, (line) => {
    onLine(line);
    output.push(line);
    if (output.length > FIRST_LINES + LAST_LINES) output.splice(FIRST_LINES, 1);
  });
  // Said only now: who reads it and presses Ctrl-C finds the signal handled.
  const progress = startProgress(title, status);
  const ended = await ending;
  if (ended.code === 0) return progress.succeed();
  progress.fail();
  if (ended.interrupted) throw new Interrupted(ended.interrupted);
  throw new SetupError(`${name} failed: ${ended.reason}.`, { hint, output });
}

/**
 * @param {{ command: string, args: readonly string[], cwd: string, env: Environment, timeout?: number }} command
 * @param {(line: string) => void} onLine
 * @returns {Promise<{ code: number | null, reason: string, interrupted?: NodeJS.Signals }>}
 */
function capture({ command, args, cwd, env, timeout }, onLine) {
  // A process group of its own: stopping the step stops everything it has started.
  const group = process.platform !== "win32";
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: group });
  createInterface({ input: child.stdout }).on("line", onLine);
  createInterface({ input: child.stderr }).on("line", onLine);

  /** @type {NodeJS.Signals | undefined} */
  let interrupted;
  let timedOut = false;
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    try {
      if (child.pid !== undefined) process.kill(group ? -child.pid : child.pid, signal);
    } catch {
      // It has ended in the meantime.
    }
  };
  /** @param {NodeJS.Signals} signal */
  const interrupt = (signal) => {
    interrupted = signal;
    stop(signal);
  };
  const expire = () => {
    timedOut = true;
    stop("SIGTERM");
  };
  const timer = timeout === undefined ? undefined : setTimeout(expire, timeout);
  for (const signal of STOP_SIGNALS) process.on(signal, interrupt);

  return new Promise((resolve) => {
    /** @param {number | null} code @param {string} reason */
    const settle = (code, reason) => {
      clearTimeout(timer);
      for (const signal of STOP_SIGNALS) process.off(signal, interrupt);
      resolve({ code: interrupted || timedOut ? null : code, reason, interrupted });
    };
    child.on("error", (error) => settle(null, error.message));
    child.on("close", (code, signal) =>
      settle(
        code,
        timedOut ? `no end after ${Number(timeout) / 1000} s` : signal ? `ended by ${signal}` : `exit code ${code}`,
      ),
    );
  });
}
