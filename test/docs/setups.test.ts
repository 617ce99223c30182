import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);
const checkout = resolve(__dirname, "../..");

describe("docs/setups.md", function () {
  this.timeout(60_000);

  it("lists the set-ups that `npm run test:setups` runs, each with its file", async () => {
    const page = await readFile(join(checkout, "docs", "setups.md"), "utf8");
    const rows = page.split("\n").filter((line) => line.endsWith(".matrix.ts` |"));
    const documented = rows.map((row) => {
      const cells = row.split(" | ");
      return `${cells.at(-1)?.replace(/[`|\s]/g, "")}: ${cells[0]?.replace("| ", "")}`;
    });
    assert.deepEqual(documented.toSorted(), (await declared()).toSorted());
  });
});

/** Returns the set-ups that the test files declare, without running them. */
async function declared(): Promise<string[]> {
  const mocha = require.resolve("mocha/bin/mocha.js");
  const args = [mocha, "--dry-run", "--no-parallel", "--reporter", "json", "test/setups/**/*.matrix.ts"];
  const { stdout } = await exec(process.execPath, args, { cwd: checkout });
  const { tests } = JSON.parse(stdout) as { readonly tests: readonly { file: string; fullTitle: string; title: string }[] };
  const names = tests.map(({ file, fullTitle, title }) => {
    const suite = fullTitle.slice(0, -title.length - 1).replace(/^Set-up /, "");
    return `${basename(file)}: ${suite}`;
  });
  return [...new Set(names)];
}
