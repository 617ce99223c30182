/** How the texts of users appear in a sentence. */
export interface TextStyle {
  /** A lookup key. */
  readonly key: (text: string) => string;
  /** The label of a plan. */
  readonly plan: (text: string) => string;
  /** Another text, such as a file or a message. */
  readonly text: (text: string) => string;
  /** The opening words of a warning. */
  readonly strong: (text: string) => string;
}

export const plainStyle: TextStyle = {
  key: (text) => JSON.stringify(text),
  plan: (text) => text,
  text: (text) => text,
  strong: (text) => text,
};

export const markdownStyle: TextStyle = {
  key: code,
  plan: (text) => `**${escapeMarkdown(text)}**`,
  text: escapeMarkdown,
  strong: (text) => `**${text}**`,
};

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
// Cc: control characters, such as line breaks. Zl and Zp: other line breaks. The rest changes the
// direction of the text around it
// (https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings).
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const isolateStart = "\u2068";
const isolateEnd = "\u2069";
const wordJoiner = "\u2060";
// GitHub and GitLab look for these in the text that is shown: users, issues and emojis by name.
const special = /[@!#:](?=\w)/g;

/**
 * Returns the text so that Markdown shows it as it is within a line, also in a cell of a table. It
 * notifies no user, and does not change the direction of the text around it.
 */
export function escapeMarkdown(text: string): string {
  const escaped = text
    .replace(invisible, visibleEscape)
    .replace(/[\\`*_[\]|~]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(special, `$&${wordJoiner}`)
    .replace(/^ | $/g, "&nbsp;");
  return rightToLeft.test(text) ? `${isolateStart}${escaped}${isolateEnd}` : escaped;
}

/** Returns the text as code, on one line, also in a cell of a table. */
export function code(text: string): string {
  return /^[\w.:/@ -]*[\w.:/@-]$/.test(text) && !text.startsWith(" ")
    ? `\`${text}\``
    : `<code>${escapeMarkdown(text)}</code>`;
}

function visibleEscape(character: string): string {
  const escaped = JSON.stringify(character).slice(1, -1);
  return escaped === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}` : escaped;
}
