import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { startProgress } from "./progress.mjs";
import { InterruptedError, SetupError } from "./setup-error.mjs";

/** @import { ChildProcess } from "node:child_process" */
/** @import { Environment } from "./path.mjs" */

/**
 * @typedef {{ command: string, args: readonly string[], cwd: string, env: Environment, timeout?:
 * number }} Command
 */

// Most commands explain a failure at the end of their output, npm at the beginning.
const firstLines = 10;
const lastLines = 30;
/** @type {readonly NodeJS.Signals[]} */
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"];
// On Windows, process groups do not exist.
const hasGroups = process.platform !== "win32";

/**
 * Runs one command of the setup and shows its progress. Its output is shown only when it fails: the
 * first 10 and the last 30 lines.
 * @param {object} step
 * @param {string} step.title what is done and how long it usually takes
 * @param {string} step.name the command's name in an error message
 * @param {string} step.command
 * @param {readonly string[]} step.args
 * @param {string} step.cwd
 * @param {Environment} step.env
 * @param {string} [step.hint] what to do when it fails
 * @param {number} [step.timeout] milliseconds; unlimited by default
 * @param {() => string} [step.status] how far it is
 * @param {(line: string) => void} [step.onLine] receives each line of output
 * @returns {Promise<void>}
 * @throws {SetupError} when the command fails
 * @throws {InterruptedError} when a signal stops it
 */
export async function runStep({ title, name, status = () => "", hint, onLine = () => {}, ...command }) {
  /** @type {string[]} */
  const output = [];
  const ending = run(command, (line) => {
    onLine(line);
    output.push(line);
    if (output.length > firstLines + lastLines) output.splice(firstLines, 1);
  });
  // Printed after the start: once a user reads the title, Ctrl-C is handled.
  const progress = startProgress(title, status);
  const { code, reason, interruptedBy } = await ending;
  if (code === 0) return progress.succeed();
  progress.fail();
  if (interruptedBy) throw new InterruptedError(interruptedBy);
  throw new SetupError(`${name} failed: ${reason}.`, { hint, output });
}

/**
 * Runs a command until it ends, a signal stops this process, or its time is over.
 * @param {Command} command
 * @param {(line: string) => void} onLine
 * @returns {Promise<{ code: number | null, reason: string, interruptedBy?: NodeJS.Signals }>}
 */
async function run({ timeout, ...command }, onLine) {
  const child = start(command, onLine);
  /** @type {NodeJS.Signals | undefined} */
  let interruptedBy;
  let timedOut = false;
  /** @param {NodeJS.Signals} signal */
  const interrupt = (signal) => {
    interruptedBy = signal;
    stopGroup(child, signal);
  };
  const expire = () => {
    timedOut = true;
    stopGroup(child, "SIGTERM");
  };
  const timer = timeout === undefined ? undefined : setTimeout(expire, timeout);
  for (const signal of stopSignals) process.on(signal, interrupt);
  const { code, reason } = await ended(child);
  clearTimeout(timer);
  for (const signal of stopSignals) process.off(signal, interrupt);
  if (timedOut) return { code: null, reason: `not finished after ${Number(timeout) / 1000} s`, interruptedBy };
  return { code: interruptedBy ? null : code, reason, interruptedBy };
}

/**
 * Starts a command in its own process group, so that stopping the group also stops everything the
 * command has started.
 * @param {Omit<Command, "timeout">} command
 * @param {(line: string) => void} onLine
 */
function start({ command, args, cwd, env }, onLine) {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: hasGroups });
  createInterface({ input: child.stdout }).on("line", onLine);
  createInterface({ input: child.stderr }).on("line", onLine);
  return child;
}

/**
 * @param {ChildProcess} child
 * @returns {Promise<{ code: number | null, reason: string }>}
 */
function ended(child) {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: null, reason: error.message }));
    child.on("close", (code, signal) => resolve({ code, reason: signal ? `ended by ${signal}` : `exit code ${code}` }));
  });
}

/**
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function stopGroup({ pid }, signal) {
  try {
    if (pid !== undefined) process.kill(hasGroups ? -pid : pid, signal);
  } catch {
    // The process has already ended.
  }
}
