/**
 * Checks the prose of all files under version control: Markdown, and comments, texts and test
 * titles in source files. Arguments are folders or files to check instead.
 */
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { TextlintKernel } from "@textlint/kernel";
import markdown from "@textlint/textlint-plugin-markdown";
import terminology from "textlint-rule-terminology";
import { type Exception, exceptions } from "./exceptions";
import { checkout, filesUnder } from "./files";
import { rulesFor } from "./rules";
import { sourceText } from "./source-text";
import { terms } from "./words";

/** These files contain the words on purpose. */
const unchecked = new Set(["test/tools/lint/prose.test.ts", "tools/lint/words.ts"]);

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly message: string;
}

const kernel = new TextlintKernel();

/** Findings in one text; the extension of `file` decides how it is read. */
export async function findingsIn(file: string, text: string): Promise<Finding[]> {
  const { messages } = await kernel.lintText(text, {
    filePath: file,
    ext: extname(file),
    plugins: [
      { pluginId: "markdown", plugin: markdown },
      { pluginId: "source-text", plugin: sourceText },
    ],
    rules: [
      { ruleId: "words", rule: terminology, options: { terms, defaultTerms: false, skip: [] } },
      ...rulesFor(text),
    ],
  });
  return messages.map(({ ruleId, message, loc: { start } }) => ({
    file,
    line: start.line,
    column: start.column,
    rule: ruleId,
    message,
  }));
}

function isExcepted({ file, rule, line, message }: Finding, exception: Exception, text: string): boolean {
  const excepted = exception.file === file && exception.rule === rule;
  return excepted && `${text.split("\n")[line - 1]}${message}`.includes(exception.line);
}

const folderOf = (file: string): string => file.split("/").slice(0, -1).slice(0, 2).join("/") || file;

function counted(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function summaryOf(findings: readonly Finding[]): string {
  const lines = [...counted(findings.map(({ file }) => folderOf(file)))].map(([folder, count]) => {
    const rules = findings.filter(({ file }) => folderOf(file) === folder).map(({ rule }) => rule);
    return `  ${folder}: ${count} (${[...counted(rules)].map(([rule, ofRule]) => `${rule} ${ofRule}`).join(", ")})`;
  });
  return lines.join("\n");
}

async function main(paths: readonly string[]): Promise<void> {
  const findings: Finding[] = [];
  const used = new Set<Exception>();
  const files = filesUnder(paths).filter((file) => !unchecked.has(file));
  for (const file of files) {
    const text = readFileSync(join(checkout, file), "utf8");
    for (const finding of await findingsIn(file, text)) {
      const exception = exceptions.find((one) => isExcepted(finding, one, text));
      if (exception) used.add(exception);
      else findings.push(finding);
    }
  }
  for (const { file, line, column, rule, message } of findings)
    console.error(`${file}:${line}:${column} ${message} (${rule})`);
  const unused = exceptions.filter((one) => files.includes(one.file) && !used.has(one));
  for (const { file, line } of unused)
    console.error(`tools/lint/exceptions.ts: no finding in ${file} for "${line}": remove the exception`);
  if (findings.length > 0) console.error(`\n${findings.length} findings in prose:\n${summaryOf(findings)}`);
  if (findings.length + unused.length > 0) process.exitCode = 1;
}

if (require.main === module) void main(process.argv.slice(2));
