// Characters that change how a line looks, or that an editor does not show: controls, directions
// of text (https://trojansource.codes), line and paragraph separators.
const hidden = /[\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Returns the text as a string literal of TypeScript and of JSON. */
export function stringLiteral(text: string): string {
  return escapeHidden(JSON.stringify(text));
}

/** Returns the text without characters that a terminal would act on. */
export function printable(text: string): string {
  return stringLiteral(text).slice(1, -1);
}

/** Returns a key or an id as it is where it has only plain characters, else as a string literal. */
export function plainOrLiteral(text: string): string {
  return /^[\w.:/@~+-]+$/.test(text) ? text : stringLiteral(text);
}

/** Returns the text of a literal with escapes in place of characters that are hidden. */
export function escapeHidden(text: string): string {
  return text.replace(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
