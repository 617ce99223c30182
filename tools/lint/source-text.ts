/**
 * Shows the prose of a source file to textlint: comments, texts of more than one word, and titles
 * of tests. The document has the length and the lines of the file, with everything else blank, so a
 * position in it is a position in the file.
 */
import type { TextlintPluginCreator } from "@textlint/kernel";
import ts from "typescript";

/** The types of the document's nodes; each holds one `Str`. */
type PassageType = "Comment" | "Text" | "Title";

interface Passage {
  readonly type: PassageType;
  readonly start: number;
  readonly end: number;
  /** The prose of the file's text from `start` to `end`, as long as that text. */
  readonly prose: string;
}

// Replaces code and inserted values within a sentence. A space would join the words on both sides.
const opaque = "•";
const blank = (text: string): string => text.replace(/[^\r\n]/g, " ");
const hide = (text: string): string => text.replace(/\S/g, opaque);

/** Hides inline code, code blocks, links and URLs. */
function withoutCode(text: string): string {
  return text
    .replace(/```[\s\S]*?(?:```|$)/g, blank)
    .replace(/@example[\s\S]*?(?=\n\s*\*?\s*@|\*\/|$)/g, blank)
    .replace(/(\\?`)[^`]*?\1/g, hide)
    .replace(/\{@\w+ [^}]*\}/g, hide)
    .replace(/https?:\/\/\S+/g, hide);
}

function commentProse(text: string): string {
  return withoutCode(text)
    .replace(/^\/\*+|\*+\/$/g, blank)
    .replace(/^[ \t]*(?:\/\/+|\*+)/gm, blank);
}

const literalProse = (text: string): string => withoutCode(text.slice(1, -1)).replace(/\\./g, "  ");

type Literal = ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression;

const isLiteral = (node: ts.Node): node is Literal => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

const isConcatenation = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;

/** The prose of a text, of a template, or of texts joined by `+`, with values in between hidden. */
function textProse(file: ts.SourceFile, node: ts.Expression): string {
  const text = file.text.slice(node.getStart(file), node.end);
  if (isConcatenation(node)) {
    const left = textProse(file, node.left);
    const right = textProse(file, node.right);
    return left + blank(text.slice(left.length, text.length - right.length)) + right;
  }
  if (!isLiteral(node)) return hide(text);
  if (!ts.isTemplateExpression(node)) return ` ${literalProse(text)} `;
  const start = node.getStart(file);
  let masked = text;
  for (const { expression } of node.templateSpans) {
    const from = expression.pos - 2 - start;
    const to = expression.end + 1 - start;
    masked = masked.slice(0, from) + hide(masked.slice(from, to)).replace(/\s/g, opaque) + masked.slice(to);
  }
  return ` ${literalProse(masked)} `;
}

const isProse = (text: string): boolean => /[a-z]{2}/i.test(text) && /\S\s+\S/.test(text);

/**
 * Whether a literal is the title of a test or of a group, as in `it("…")` and `describe.only("…")`.
 */
function isTitle(node: ts.Node): boolean {
  if (!ts.isCallExpression(node.parent) || node.parent.arguments[0] !== node) return false;
  const callee = node.parent.expression.getText();
  return /^(?:describe|it|context)(?:[A-Z]\w*)?(?:\.only|\.skip)?$/.test(callee);
}

/** Adjacent line comments count as one. */
function joined(file: ts.SourceFile, comments: readonly ts.CommentRange[]): { pos: number; end: number }[] {
  const result: { pos: number; end: number; isLine: boolean }[] = [];
  for (const { pos, end, kind } of comments.toSorted((one, other) => one.pos - other.pos)) {
    const previous = result.at(-1);
    if (previous && pos < previous.end) continue;
    const isLine = kind === ts.SyntaxKind.SingleLineCommentTrivia;
    const isNext = previous?.isLine && isLine && /^\r?\n[ \t]*$/.test(file.text.slice(previous.end, pos));
    if (isNext) previous.end = end;
    else result.push({ pos, end, isLine });
  }
  return result;
}

/** Returns the places of all comments. Adjacent line comments are one. */
export function commentsOf(file: ts.SourceFile): { pos: number; end: number }[] {
  const comments: ts.CommentRange[] = [];
  const visit = (node: ts.Node) => {
    comments.push(...(ts.getLeadingCommentRanges(file.text, node.pos) ?? []));
    comments.push(...(ts.getTrailingCommentRanges(file.text, node.end) ?? []));
    for (const child of node.getChildren(file)) visit(child);
  };
  visit(file);
  return joined(file, comments);
}

function passagesOf(file: ts.SourceFile): Passage[] {
  const passages: Passage[] = [];
  const add = (type: PassageType, start: number, end: number, prose: string) => {
    if (type === "Title" || isProse(prose)) passages.push({ type, start, end, prose });
  };
  const visit = (node: ts.Node, isPart: boolean) => {
    const isText = isLiteral(node) || isConcatenation(node);
    if (isText && !isPart) add(isTitle(node) ? "Title" : "Text", node.getStart(file), node.end, textProse(file, node));
    for (const child of node.getChildren(file)) visit(child, isText && (isLiteral(child) || isConcatenation(child)));
  };
  visit(file, false);
  for (const { pos, end } of commentsOf(file)) add("Comment", pos, end, commentProse(file.text.slice(pos, end)));
  return passages.sort((one, other) => one.start - other.start);
}

/** Returns the file's text with everything blank that is not prose, and the places of the prose. */
function proseOf(path: string, text: string): { prose: string; passages: readonly Passage[]; file: ts.SourceFile } {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const passages = passagesOf(file);
  let prose = blank(text);
  for (const { start, end, prose: part } of passages) prose = prose.slice(0, start) + part + prose.slice(end);
  return { prose, passages, file };
}

function parse(text: string, path: string) {
  const { prose, passages, file } = proseOf(path, text);
  const position = (offset: number) => {
    const { line, character } = file.getLineAndCharacterOfPosition(offset);
    return { line: line + 1, column: character };
  };
  const place = (start: number, end: number) => ({
    range: [start, end] as const,
    loc: { start: position(start), end: position(end) },
    raw: prose.slice(start, end),
  });
  const children = passages.map(({ type, start, end }) => {
    const where = place(start, end);
    return { type, ...where, children: [{ type: "Str", value: where.raw, ...where }] };
  });
  return { text: prose, ast: { type: "Document", ...place(0, text.length), children } };
}

class Processor {
  availableExtensions(): string[] {
    return [".ts", ".mjs", ".cjs", ".js"];
  }

  processor() {
    return {
      preProcess: (text: string, path = "file.ts") => parse(text, path),
      postProcess: (messages: unknown[], filePath = "file.ts") => ({ messages, filePath }),
    };
  }
}

// The document's own node types are not among those that textlint's types list.
export const sourceText = { Processor } as unknown as TextlintPluginCreator;
