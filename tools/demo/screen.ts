import { styleText } from "node:util";

/** Whether a person reads along. Everything else, such as a file or CI, gets the results alone. */
export const isTerminal: boolean = process.stdout.isTTY === true;

/** Prints the title of a step, so that it stands out from the output of its commands. */
export function printTitle(title: string): void {
  if (!isTerminal) console.log(title);
  else console.log(`\n${styleText(["bold", "inverse"], ` ${title} `)}\n`);
}

/** Prints a text for a terminal only. */
export function printDetail(text: string): void {
  if (isTerminal) console.log(text);
}

/** Prints the result of a command where its output was not printed. */
export function printResult(output: string): void {
  const result = isTerminal ? "" : resultOf(output);
  if (result !== "") console.log(`  ${result}`);
}

/**
 * Returns the counts below "Resources:" of a `pulumi` command, else the last line of the output.
 */
function resultOf(output: string): string {
  const [, counts] = /^Resources:\n((?: +.*\n?)+)/m.exec(output) ?? [];
  const lines = (counts ?? output).trim().split("\n");
  return counts === undefined ? (lines.at(-1) ?? "") : lines.map((line) => line.trim()).join(", ");
}
