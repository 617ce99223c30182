#!/usr/bin/env node
import { runEmulator } from "./emulator";
import { UsageError } from "./usage-error";

const usage = `Usage: stripe-entitlements <command> [options]

Commands:
  emulator     run Stripe Entitlements on this machine

Options:
  -h, --help   what a command takes: stripe-entitlements emulator --help
  --version    the version of this package
`;

async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === "emulator") return runEmulator(args);
  if (command === "-h" || command === "--help" || command === "help") return void process.stdout.write(usage);
  if (command === "--version") return void process.stdout.write(`${version()}\n`);
  throw new UsageError(command === undefined ? "A command is missing." : `There is no command "${command}".`, usage);
}

function version(): string {
  const { version }: { version: string } = require("pulumi-stripe-entitlements/package.json");
  return version;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`stripe-entitlements: ${message}\n${error instanceof UsageError ? `\n${error.usage}` : ""}`);
  process.exitCode = 1;
});
