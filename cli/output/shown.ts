// Texts of an account may hold anything: line breaks, escape sequences of terminals, marks that
// reverse the direction of the text after them.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

/** Returns the text in quotes, on one line, without characters that change what is around it. */
export function quoted(text: string): string {
  const escape = (found: string) => `\\u{${found.codePointAt(0)?.toString(16)}}`;
  return JSON.stringify(text).replace(unsafe, escape);
}

/** Returns a key or an id: as it is where it has only plain characters, else in quotes. */
export function plainOrQuoted(text: string): string {
  return /^[\w.:/@~+-]+$/.test(text) ? text : quoted(text);
}
