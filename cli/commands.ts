import type { Command } from "./command";
import { emulator } from "./emulator";

/** The commands by name. */
export const commands: Readonly<Record<string, Command>> = { emulator };

const nameWidth = 13;

/** The text of `stripe-entitlements --help`. */
export const usage = `Usage: stripe-entitlements <command> [options]

Commands:
${Object.entries(commands)
  .map(([name, { summary }]) => row(name, summary))
  .join("\n")}

Options:
${row("-h, --help", "show this text; after a command, the options of that command")}
${row("--version", "show the version of this package")}
`;

function row(name: string, text: string): string {
  return `  ${name.padEnd(nameWidth)}${text}`;
}
