// Installs and builds what a command of this checkout needs, and then runs the command. It is plain
// JavaScript without dependencies, for Node.js 20 and later, because it runs before anything is
// installed.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { exitCodeOf, runInForeground } from "./setup/foreground.mjs";
import { prepare } from "./setup/prepare.mjs";
import { InterruptedError, SetupError } from "./setup/setup-error.mjs";

const usage = `Usage: node tools/run.mjs [--build] [--pulumi] <command> [arguments]
  --build   compile the package first if its sources have changed
  --pulumi  install the Pulumi CLI first if it is missing`;

/** @param {readonly string[]} args */
function parse(args) {
  const start = args.findIndex((argument) => !argument.startsWith("--"));
  const options = start === -1 ? args : args.slice(0, start);
  const unknown = options.find((option) => option !== "--build" && option !== "--pulumi");
  const [command, ...rest] = start === -1 ? [] : args.slice(start);
  if (unknown) throw new SetupError(`Unknown option ${unknown}`, { hint: usage });
  if (command === undefined) throw new SetupError("No command given", { hint: usage });
  return { wants: { build: options.includes("--build"), pulumi: options.includes("--pulumi") }, command, rest };
}

try {
  const { wants, command, rest } = parse(process.argv.slice(2));
  const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
  const env = await prepare(checkout, wants, process.env);
  process.exitCode = await runInForeground(command, rest, env);
} catch (error) {
  if (error instanceof InterruptedError) process.exitCode = exitCodeOf(error.signal);
  else if (error instanceof SetupError) {
    console.error(String(error));
    process.exitCode = 1;
  } else throw error;
}
