import assert from "node:assert/strict";
import { wrapComments, wrapMarkdown } from "../../../tools/lint/wrap";

const words = (count: number) => "word ".repeat(count).trim();

const comments = (...lines: string[]) => wrapComments("a.ts", lines.join("\n")).split("\n");
const markdown = async (...lines: string[]) => (await wrapMarkdown(lines.join("\n"))).split("\n");

describe("Wrapping of prose", () => {
  it("wraps a doc comment, and leaves code blocks and short paragraphs alone", () => {
    assert.deepEqual(comments(`  /** ${words(20)} */`, "  const a = 1;"), [
      "  /**",
      `   * ${words(19)}`,
      "   * word",
      "   */",
      "  const a = 1;",
    ]);
    const fine = ["/**", " * Short", " * lines.", " *", " * ```ts", ` * ${words(25)}`, " * ```", " */", "const a = 1;"];
    assert.deepEqual(comments(...fine), fine);
  });

  it("wraps line comments, and leaves comments beside code alone", () => {
    assert.deepEqual(comments(`// ${words(20)}`, "const a = 1;"), [`// ${words(19)}`, "// word", "const a = 1;"]);
    assert.deepEqual(comments(`const a = 1; // ${words(20)}`), [`const a = 1; // ${words(20)}`]);
  });

  it("indents below the bullet of a list, and starts no line with a sign of a list", async () => {
    assert.deepEqual(await markdown(`- ${words(20)}`), [`- ${words(19)}`, "  word"]);
    assert.deepEqual(await markdown(`${words(19)} 12345678. word`), [words(18), "word 12345678. word"]);
  });

  it("breaks no link and no inline code", async () => {
    const link = "[the text of a link](docs/page.md)";
    assert.deepEqual(await markdown(`${words(17)} ${link} \`a b c\``), [words(17), `${link} \`a b c\``]);
  });

  it("leaves tables, quotes and lines with a break alone", async () => {
    const table = [`| ${words(25)} |`, "|---|", "| a |"];
    assert.deepEqual(await markdown(...table), table);
    assert.deepEqual(await markdown(`> ${words(25)}`), [`> ${words(25)}`]);
    assert.deepEqual(await markdown(`${words(25)}  `, "word"), [`${words(25)}  `, "word"]);
  });
});
