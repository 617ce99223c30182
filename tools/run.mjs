// Runs a command of this checkout after making what it needs. Plain JavaScript without dependencies, for Node.js 20 and
// later: it has to work where nothing is installed yet.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { exitCodeOf, runInForeground } from "./setup/foreground.mjs";
import { prepare } from "./setup/prepare.mjs";
import { Interrupted, SetupError } from "./setup/setup-error.mjs";

const USAGE = `Usage: node tools/run.mjs [--build] [--pulumi] <command> [arguments]
  --build   compile the package first when its sources have changed
  --pulumi  provide the Pulumi CLI first`;

/** @param {readonly string[]} args */
function parse(args) {
  const start = args.findIndex((argument) => !argument.startsWith("--"));
  const options = start === -1 ? args : args.slice(0, start);
  const unknown = options.find((option) => option !== "--build" && option !== "--pulumi");
  const [command, ...rest] = start === -1 ? [] : args.slice(start);
  if (unknown) throw new SetupError(`Unknown option ${unknown}`, { hint: USAGE });
  if (command === undefined) throw new SetupError("A command is missing", { hint: USAGE });
  return { wants: { build: options.includes("--build"), pulumi: options.includes("--pulumi") }, command, rest };
}

try {
  const { wants, command, rest } = parse(process.argv.slice(2));
  const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
  const env = await prepare(checkout, wants, process.env);
  process.exitCode = await runInForeground(command, rest, env);
} catch (error) {
  if (error instanceof Interrupted) process.exitCode = exitCodeOf(error.signal);
  else if (error instanceof SetupError) {
    console.error(String(error));
    process.exitCode = 1;
  } else throw error;
}
