import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);
const checkout = resolve(__dirname, "../..");

describe("docs/setups.md", function () {
  this.timeout(60_000);

  it("has the rows of the table that `npm run test:setups` prints", async () => {
    const page = await readFile(join(checkout, "docs", "setups.md"), "utf8");
    const rows = [...page.matchAll(/^\| (.+?) \| (.+) \| `(.+)\.matrix\.ts` \|$/gm)].map(
      ([, name, result = "", file]) => {
        return `${name} | ${file} | ${result.startsWith("fails: ") ? "fails" : "works"}`;
      },
    );
    assert.deepEqual(rows.toSorted(), (await printed()).toSorted());
  });
});

/** Returns the rows that the command prints when no test fails. It runs none of them here. */
async function printed(): Promise<string[]> {
  const reporter = "test/setups/support/reporter.cjs";
  const args = ["--dry-run", "--no-parallel", "--reporter", reporter, "test/setups/**/*.matrix.ts"];
  const mocha = require.resolve("mocha/bin/mocha.js");
  const { stdout } = await exec(process.execPath, [mocha, ...args], { cwd: checkout });
  const rows = stdout.matchAll(/^(.+?) +\| (.+)\.matrix\.ts +\| (works|fails)/gm);
  return [...rows].map(([, name, file, result]) => `${name} | ${file} | ${result}`);
}
