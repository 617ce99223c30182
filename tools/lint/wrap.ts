/**
 * Wraps comments, and paragraphs of Markdown, that have lines over 100 columns, in place. Arguments
 * are files or folders. Leaves comments beside code, code blocks, tables, quotes and indented text
 * as they are.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import markdown from "@textlint/textlint-plugin-markdown";
import ts from "typescript";
import { checkout, filesUnder } from "./files";
import { lineWidth } from "./rules";
import { commentsOf } from "./source-text";

// At the start of a line of Markdown these would start a list, a heading, a quote or a table.
const marksBlock = /^(?:[-+*#>|=]|\d+[.)])/;

/** Splits text at spaces, but not inside of inline code, `{@link …}` and links of Markdown. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word = "";
  for (const part of text.split(" ")) {
    word = word === "" ? part : `${word} ${part}`;
    const isOpen = (word.match(/`/g) ?? []).length % 2 === 1 || /\{@[^}]*$|\[[^\]]*$|\]\([^)]*$/.test(word);
    if (isOpen || word === "") continue;
    const previous = words.at(-1);
    if (previous !== undefined && marksBlock.test(word)) words[words.length - 1] = `${previous} ${word}`;
    else words.push(word);
    word = "";
  }
  return word === "" ? words : [...words, word];
}

/** Fills lines with the words of a paragraph. Lines after the first are indented below a bullet. */
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

/** Returns the text of a source file with wrapped comments. */
export function wrapComments(path: string, text: string): string {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  let result = text;
  for (const { pos, end } of commentsOf(file).toReversed()) {
    const lineStart = text.lastIndexOf("\n", pos - 1) + 1;
    const indent = text.slice(lineStart, pos);
    const isAlone = indent.trim() === "" && /^[ \t]*(?:\r?\n|$)/.test(text.slice(end, end + 200));
    if (isAlone) result = result.slice(0, pos) + wrapped(text.slice(pos, end), indent) + result.slice(end);
  }
  return result;
}

interface MarkdownNode {
  readonly type: string;
  readonly range: readonly [number, number];
  readonly loc: { readonly start: { readonly column: number } };
  readonly children?: readonly MarkdownNode[];
}

function paragraphsOf(node: MarkdownNode): MarkdownNode[] {
  if (node.type === "Paragraph") return [node];
  return node.type === "BlockQuote" ? [] : (node.children ?? []).flatMap(paragraphsOf);
}

/** Returns the Markdown with wrapped paragraphs. */
export async function wrapMarkdown(text: string): Promise<string> {
  const document = await new markdown.Processor().processor(".md").preProcess(text);
  let result = text;
  for (const { range, loc } of paragraphsOf(document as MarkdownNode).toReversed()) {
    const [start, end] = range;
    const lines = text.slice(start, end).split("\n");
    const width = lineWidth - loc.start.column;
    const isLong = lines.some((line) => line.trim().length > width);
    const hasBreak = lines.some((line) => /(?: {2}|\\)$/.test(line));
    if (!isLong || hasBreak) continue;
    const filled = fill(lines, width).join(`\n${" ".repeat(loc.start.column)}`);
    result = result.slice(0, start) + filled + result.slice(end);
  }
  return result;
}

async function main(paths: readonly string[]): Promise<void> {
  for (const file of filesUnder(paths)) {
    const path = join(checkout, file);
    const text = readFileSync(path, "utf8");
    const result = file.endsWith(".md") ? await wrapMarkdown(text) : wrapComments(path, text);
    if (result !== text) writeFileSync(path, result);
  }
}

if (require.main === module) void main(process.argv.slice(2));
