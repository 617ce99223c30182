import assert from "node:assert/strict";
import { findingsIn } from "../../../tools/lint/prose";

const long = "word ".repeat(25).trim();

async function found(file: string, text: string): Promise<string[]> {
  const findings = await findingsIn(file, text);
  return findings.map(({ line, column, rule }) => `${line}:${column} ${rule}`);
}

describe("Prose linter", () => {
  it("names the word, its place and a replacement", async () => {
    const [finding] = await findingsIn("README.md", "# Title\n\nThe run starts anew.\n");
    assert.deepEqual([finding?.line, finding?.column], [3, 16]);
    assert.match(finding?.message ?? "", /“anew”, use “again”/);
  });

  it("finds words in comments, texts, templates and titles", async () => {
    const text = [
      "// Starts anew.",
      'const a = "the run goes on";',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a program
      "const b = `run ${a} anew`;",
      'it("starts anew", () => {});',
    ];
    assert.deepEqual(await found("a.ts", text.join("\n")), ["1:11 words", "2:20 words", "3:21 words", "4:12 words"]);
  });

  it("finds a phrase that spans two lines of a comment, or two texts joined by +", async () => {
    assert.deepEqual(await found("a.ts", "/**\n * The run goes\n * on.\n */\nexport {};"), ["2:12 words"]);
    assert.deepEqual(await found("a.ts", 'export const a = "the run goes " +\n  "on until it ends";'), ["1:27 words"]);
  });

  it("joins no words across code or an inserted value", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a program
    assert.deepEqual(await found("a.ts", "export const a = `it is ${b} none`;\n// It is `x` none."), []);
  });

  it("leaves code, identifiers and single words alone", async () => {
    const text = '// See `anew` and https://example.com/anew\nconst anew = "anew";\nexport { anew };';
    assert.deepEqual(await found("a.ts", text), []);
    assert.deepEqual(await found("README.md", "Run `anew`.\n\n```ts\n// anew\n```\n"), []);
  });

  it("finds the words of the list in all their forms", async () => {
    const bad = [
      "It goes on.",
      "It went on waiting.",
      "This has to be called first.",
      "Spared, mended and reprieved.",
      "The neighbours analyse catalogues.",
    ];
    const counts = await Promise.all(bad.map(async (text) => (await found("README.md", `${text}\n`)).length));
    assert.deepEqual(counts, [1, 1, 1, 3, 3]);
    assert.deepEqual(await found("README.md", "It goes on the server. Commander, amend, comment.\n"), []);
  });

  it("finds British spelling", async () => {
    const [finding] = await findingsIn("README.md", "It recognises the organisation.\n");
    assert.match(finding?.message ?? "", /“recognises”, use “recognizes”/);
  });

  it("finds a source tag that leads nowhere, and accepts a link", async () => {
    assert.deepEqual(await found("a.ts", "// The largest page [spec: GET\n// /v1/features].\nexport {};"), [
      "1:21 tag",
    ]);
    assert.deepEqual(await found("README.md", "See [docs](https://docs.stripe.com).\n"), []);
  });

  it("finds lines of prose over 100 columns, and accepts tables, links and code", async () => {
    assert.deepEqual(await found("a.ts", `  // ${long}\nexport {};`), ["1:101 line-length"]);
    assert.deepEqual(await found("README.md", `${long}\n`), ["1:101 line-length"]);
    assert.deepEqual(await found("README.md", `| ${long} |\n|---|\n| ${long} |\n\n    ${long}\n`), []);
  });

  it("finds comments that start with a question word or an infinitive", async () => {
    assert.deepEqual(await found("a.ts", "/** What a run has seen. */\nexport {};"), ["1:5 comment-opening"]);
    assert.deepEqual(await found("a.ts", "/** To be read first. */\nexport {};"), ["1:5 comment-opening"]);
    assert.deepEqual(await found("a.ts", "/** Returns what a run has seen. */\nexport {};"), []);
  });

  it("finds titles of tests from 88 characters on", async () => {
    assert.deepEqual(await found("a.test.ts", `it("${"a".repeat(87)}", () => {});`), []);
    assert.deepEqual(await found("a.test.ts", `it("${"a".repeat(88)}", () => {});`), ["1:4 test-title"]);
  });
});
