import { stringLiteral } from "../init/source-text";

/** Returns a key or an id as it is where it has only plain characters, else as a string literal. */
export function plainOrLiteral(text: string): string {
  return /^[\w.:/@~+-]+$/.test(text) ? text : stringLiteral(text);
}
