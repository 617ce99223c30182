#!/usr/bin/env node
import { constants } from "node:os";
import { Writable } from "node:stream";
import { exitCodes } from "./exit-codes";
import type { Io, Output } from "./io";
import { run } from "./run";

const signals = ["SIGINT", "SIGTERM"] as const;

const endProcess = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal]);

/**
 * Returns standard output for the results alone. What else this process prints, such as the user's
 * catalog, goes to standard error from now on.
 */
function resultsOutput({ stdout, stderr }: NodeJS.Process): Output {
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  const results = new Writable({ write: (chunk, _encoding, done) => void write(chunk, () => done()) });
  return Object.assign(results, { isTTY: stdout.isTTY });
}

const io: Io = {
  stdin: process.stdin,
  stdout: resultsOutput(process),
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  untilInterrupted: () =>
    new Promise((resolve) => {
      for (const signal of signals) process.off(signal, endProcess).once(signal, () => resolve());
    }),
  exitCode: 0,
};

// With a listener, a signal does not interrupt synchronous code, such as the replacement of several
// files.
for (const signal of signals) process.on(signal, endProcess);
for (const output of [process.stdout, process.stderr]) {
  // The reader of a pipe, such as `head`, may end first. The command still does all of its work.
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

let isDone = false;
// The user's catalog may end the process, or wait for what never happens.
process.once("exit", (code) => {
  if (isDone || code !== 0) return;
  process.exitCode = exitCodes.error;
  process.stderr.write("stripe-entitlements: the catalog ended the process, or waits for what never happens\n");
});

void run(process.argv.slice(2), io).then((code) => {
  isDone = true;
  // After everything is written, and also if the user's catalog has left a timer.
  io.stdout.end(() => process.stderr.write("", () => process.exit(code)));
});
