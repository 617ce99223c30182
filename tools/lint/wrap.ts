/**
 * Wraps comments with lines over 100 columns, in place. Arguments are source files or folders.
 * Leaves comments beside code, code blocks, tables and indented text as they are.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { checkout, filesUnder } from "./files";
import { lineWidth } from "./rules";
import { commentsOf } from "./source-text";

/** Splits text at spaces, but not inside of inline code and `{@link …}`. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word = "";
  for (const part of text.split(" ")) {
    word = word === "" ? part : `${word} ${part}`;
    const isOpen = (word.match(/`/g) ?? []).length % 2 === 1 || /\{@[^}]*$/.test(word);
    if (isOpen || word === "") continue;
    words.push(word);
    word = "";
  }
  return word === "" ? words : [...words, word];
}

/** Fills lines with the words of a paragraph. Lines after the first start with `hanging`. */
function fill(paragraph: readonly string[], width: number): string[] {
  const [, bullet = ""] = /^((?:-|\d+\.) )?/.exec(paragraph[0] ?? "") ?? [];
  const hanging = " ".repeat(bullet.length);
  const [first = "", ...rest] = wordsOf(
    paragraph
      .map((line) => line.trim())
      .join(" ")
      .slice(bullet.length),
  );
  const lines = [`${bullet}${first}`];
  for (const word of rest) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length <= width) lines[lines.length - 1] = line;
    else lines.push(`${hanging}${word}`);
  }
  return lines;
}

const startsParagraph = /^(?:-|\d+\.|@\w+) /;
/** Lines that are not part of a paragraph: empty, examples, tables, code, directives for tools. */
const standsAlone = /^\s*(?:$|@example|@ts-|\||```|biome-ignore)/;

/** Wraps the paragraphs with a line over the width, and returns all lines. */
function wrap(lines: readonly string[], width: number): string[] {
  const result: string[] = [];
  let paragraph: string[] = [];
  let isCode = false;
  const finish = () => {
    const bullet = /^(?:-|\d+\.) /.exec(paragraph[0] ?? "")?.[0].length ?? 0;
    const isPlain = paragraph.every((line, index) => index === 0 || line.search(/\S/) === bullet);
    const isLong = paragraph.some((line) => line.length > width);
    result.push(...(isLong && isPlain && !paragraph[0]?.startsWith(" ") ? fill(paragraph, width) : paragraph));
    paragraph = [];
  };
  for (const line of lines) {
    if (isCode || standsAlone.test(line)) {
      finish();
      result.push(line);
      if (/^\s*(?:```|@example)/.test(line)) isCode = !isCode || line.includes("@example");
    } else {
      if (startsParagraph.test(line)) finish();
      paragraph.push(line);
    }
  }
  finish();
  return result;
}

/** Returns the comment wrapped, or as it is if it fits or is of another kind. */
function wrapped(comment: string, indent: string): string {
  const lines = comment.split("\n");
  const fits = lines.every((line, index) => (index === 0 ? indent.length : 0) + line.length <= lineWidth);
  if (fits) return comment;
  if (comment.startsWith("//")) {
    const body = lines.map((line) => line.trim().replace(/^\/\/ ?/, ""));
    return wrap(body, lineWidth - indent.length - 3)
      .map((line) => `// ${line}`.trimEnd())
      .join(`\n${indent}`);
  }
  if (!comment.startsWith("/**")) return comment;
  const inner = comment.slice(3, -2).split("\n");
  const body = inner.map((line, index) => (index === 0 ? line.trim() : line.trim().replace(/^\* ?/, "")));
  const text = body
    .filter((line, index) => line !== "" || (index > 0 && index < body.length - 1))
    .flatMap((line) => line.split(/ (?=@(?:param|returns|throws)\b)/));
  const rest = wrap(text, lineWidth - indent.length - 3).map((line) => `${indent} * ${line}`.trimEnd());
  return `/**\n${rest.join("\n")}\n${indent} */`;
}

function wrapFile(path: string): void {
  const text = readFileSync(path, "utf8");
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  let result = text;
  for (const { pos, end } of commentsOf(file).toReversed()) {
    const lineStart = text.lastIndexOf("\n", pos - 1) + 1;
    const indent = text.slice(lineStart, pos);
    const isAlone = indent.trim() === "" && /^[ \t]*(?:\r?\n|$)/.test(text.slice(end, end + 200));
    if (isAlone) result = result.slice(0, pos) + wrapped(text.slice(pos, end), indent) + result.slice(end);
  }
  if (result !== text) writeFileSync(path, result);
}

const sources = filesUnder(process.argv.slice(2)).filter((file) => !file.endsWith(".md"));
for (const file of sources) wrapFile(join(checkout, file));
