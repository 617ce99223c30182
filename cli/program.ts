import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { redact } from "../provider/stripe/redact";
import { diffCommand } from "./diff";
import { doctorCommand } from "./doctor";
import { driftCommand } from "./drift";
import { emulatorCommand } from "./emulator";
import { initCommand } from "./init";
import type { Io } from "./io";

export const commandName = "stripe-entitlements";

/** The commands in the order of the help text. */
const commands: readonly ((io: Io) => CommandUnknownOpts)[] = [
  initCommand,
  driftCommand,
  diffCommand,
  doctorCommand,
  emulatorCommand,
];

const exitCodesHelp = `
Exit codes:
  0  done, no differences
  1  error
  2  done, differences found`;

/** Returns the command line. It writes to `io` and never ends the process. */
export function createProgram(io: Io): CommandUnknownOpts {
  const program = new Command(commandName)
    .description(
      "Commands for Stripe Entitlements: read an account into a Pulumi program, compare plans, run an emulator.",
    )
    .version(version(), "--version", "show the version of this package")
    .helpOption("-h, --help", "show this text; after a command, the options of that command")
    .helpCommand(false)
    .addHelpText("after", exitCodesHelp)
    .showHelpAfterError(`Run \`${commandName} --help\` for the commands.`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // An argument may be a key that was passed by mistake.
      outputError: (text, write) => write(redact(text.replace(/^error: /, `${commandName}: `))),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const create of commands) program.addCommand(prepare(create(io), program));
  return program;
}

/** Gives a command the settings of the program, and a check that no option is empty. */
function prepare(command: CommandUnknownOpts, program: CommandUnknownOpts): CommandUnknownOpts {
  return command
    .copyInheritedSettings(program)
    .helpOption("-h, --help", "show this text")
    .showHelpAfterError(`Run \`${commandName} ${command.name()} --help\` for the options.`)
    .hook("preAction", assertNoEmptyValue);
}

/** An unset variable in a script becomes an empty value. */
function assertNoEmptyValue(command: CommandUnknownOpts): void {
  const empty = command.options.find((option) => command.getOptionValue(option.attributeName()) === "");
  if (empty !== undefined) command.error(`error: ${empty.long} is empty. Give it a value, or leave it out.`);
}

function version(): string {
  const { version }: { version: string } = require("pulumi-stripe-entitlements/package.json");
  return version;
}
