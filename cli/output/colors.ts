import { styleText } from "node:util";
import type { Io, Output } from "../io";

/** Colors a text. */
export type Paint = (format: "bold" | "dim" | "green" | "red" | "yellow", text: string) => string;

/** Returns how to color texts for the output: not at all unless it is a terminal. */
export function paintFor(output: Output, { env }: Pick<Io, "env">): Paint {
  // https://no-color.org
  const isColored = output.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  return (format, text) => (isColored ? styleText(format, text, { validateStream: false }) : text);
}
