import { CommanderError } from "@commander-js/extra-typings";
import { formatError, isEntitlementsError } from "../provider/lifecycle/errors";
import { redact } from "../provider/stripe/redact";
import { CliError, messageOf } from "./cli-error";
import { exitCodes } from "./exit-codes";
import type { Io } from "./io";
import { commandName, createProgram } from "./program";

/** Runs the command that the arguments name. Prints its error, and returns its exit code. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  try {
    await createProgram(io).parseAsync([...args], { from: "user" });
    return io.exitCode;
  } catch (error) {
    // Commander has printed its errors, and also throws after it has printed a help text.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.error;
    io.stderr.write(`${commandName}: ${redact(textOf(error))}\n`);
    return exitCodes.error;
  }
}

function textOf(error: unknown): string {
  if (isEntitlementsError(error)) return formatError(error);
  return error instanceof CliError ? `${error.message}\n${error.hint}` : messageOf(error);
}
