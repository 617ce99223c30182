import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diffOptions } from "../../cli/diff/options";
import { exitCodes } from "../../cli/exit-codes";
import { initOptions } from "../../cli/init/options";

const page = readFileSync(join(__dirname, "..", "..", "docs", "cli.md"), "utf8");

describe("docs/cli.md", () => {
  for (const command of [initOptions(), diffOptions()]) {
    it(`lists every option of ${command.name()}`, () => {
      const section = new RegExp(`^## ${command.name()}\\n(.*?)^### `, "ms").exec(page)?.[1] ?? "";
      const listed = [...section.matchAll(/`(--[\w-]+)/g)].map(([, option]) => option);
      const options = command.options.map(({ long }) => long);
      assert.deepEqual(new Set(listed), new Set(options));
    });
  }

  it("lists every exit code", () => {
    const listed = [...page.matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code));
    assert.deepEqual(listed, Object.values(exitCodes));
  });
});
