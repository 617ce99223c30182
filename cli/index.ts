#!/usr/bin/env node
import { constants } from "node:os";
import type { Io } from "./io";
import { run } from "./run";

const signals = ["SIGINT", "SIGTERM"] as const;

const endProcess = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal]);

const io: Io = {
  stdin: process.stdin,
  stdout: process.stdout,
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
// The reader of a pipe, such as `head`, may end first.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

void run(process.argv.slice(2), io).then((code) => {
  process.exitCode = code;
});
