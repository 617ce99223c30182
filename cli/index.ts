#!/usr/bin/env node
import { commands, usage } from "./commands";
import { UsageError } from "./usage-error";

async function main([name, ...args]: readonly string[]): Promise<void> {
  if (name === "-h" || name === "--help" || name === "help") return void process.stdout.write(usage);
  if (name === "--version") return void process.stdout.write(`${version()}\n`);
  if (name === undefined) throw new UsageError("No command was given.", usage);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageError(`There is no command "${name}".`, usage);
  return command.run(args);
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
