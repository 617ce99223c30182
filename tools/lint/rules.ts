/** Our own rules for prose, as textlint rules: what a list of words cannot say. */
import type { TextlintKernelRule } from "@textlint/kernel";

/** Columns of a line of prose. */
export const lineWidth = 100;
/** Characters of a test's title. */
const titleLength = 87;

type Rule = Extract<TextlintKernelRule["rule"], (...args: never[]) => unknown>;
type Context = Parameters<Rule>[0];
type Node = Parameters<Context["report"]>[0];

function reportAt(context: Context, node: Node, [from, to]: readonly [number, number], message: string): void {
  const padding = context.locator.range([from, Math.max(to, from + 1)]);
  context.report(node, new context.RuleError(message, { padding }));
}

/** A tag says that there is a source, but not where. A link (`[docs](…)`) does. */
const tag: Rule = (context) => {
  const check = (node: Node) => {
    for (const match of context
      .getSource(node)
      .matchAll(/\[(?:docs|spec|sdk|field|unknown|inferred)\b[^\][]*\](?![(:[])/g)) {
      const text = match[0].replace(/\s+/g, " ");
      const message = `${text} leads nowhere: link the source, or cite a fact of docs/stripe-behavior.md`;
      reportAt(context, node, [match.index, match.index + match[0].length], message);
    }
  };
  return { Str: check };
};

/** The lines of a node, each with its offset in the node. */
function* linesOf(text: string): Generator<{ line: string; offset: number }> {
  let offset = 0;
  for (const line of text.split("\n")) {
    yield { line: line.trimEnd(), offset };
    offset += line.length + 1;
  }
}

/** A line with a link or a directive for a tool cannot always be wrapped. */
const cannotWrap = /https?:\/\/|\]\(|biome-ignore|@ts-/;

function checkWidth(context: Context, node: Node, text: string): void {
  const prose = context.getSource(node);
  for (const { line, offset } of linesOf(text)) {
    if (prose.slice(offset, offset + line.length).trim() === "") continue;
    const indent = offset === 0 ? node.loc.start.column : 0;
    const width = indent + line.length;
    if (width <= lineWidth || cannotWrap.test(line)) continue;
    const message = `The line has ${width} columns: prose wraps at ${lineWidth}`;
    reportAt(context, node, [offset + lineWidth - indent, offset + line.length], message);
  }
}

/** Takes the text of the file, since the document that textlint sees has no code. */
const lineLength =
  (text: string): Rule =>
  (context) => {
    const check = (node: Node) => checkWidth(context, node, text.slice(node.range[0], node.range[1]));
    return { Comment: check, Paragraph: check };
  };

const opening = /^\s*(What|Whoever|To be)\b/;

/** Doc comments start with a verb ("Returns …") or a noun, and booleans with "Whether …". */
const commentOpening: Rule = (context) => ({
  Comment: (node: Node) => {
    const match = opening.exec(context.getSource(node));
    if (!match) return;
    const end = match[0].length;
    const message = `A comment does not start with "${match[1]} …": start with a verb ("Returns …"), a noun, or "Whether …"`;
    reportAt(context, node, [end - (match[1]?.length ?? 0), end], message);
  },
});

const testTitle =
  (text: string): Rule =>
  (context) => ({
    Title: (node: Node) => {
      const length = node.range[1] - node.range[0] - 2;
      if (length <= titleLength) return;
      const message = `The title has ${length} characters, ${titleLength} at most: ${text.slice(node.range[0], node.range[1])}`;
      reportAt(context, node, [0, length], message);
    },
  });

/** The rules for one file with this text. */
export const rulesFor = (text: string): TextlintKernelRule[] => [
  { ruleId: "tag", rule: tag },
  { ruleId: "line-length", rule: lineLength(text) },
  { ruleId: "comment-opening", rule: commentOpening },
  { ruleId: "test-title", rule: testTitle(text) },
];
