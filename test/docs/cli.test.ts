import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diffOptions } from "../../cli/diff/options";
import { doctorOptions } from "../../cli/doctor/options";
import { driftOptions } from "../../cli/drift/options";
import { exitCodes } from "../../cli/exit-codes";
import { initOptions } from "../../cli/init/options";

const page = readFileSync(join(__dirname, "..", "..", "docs", "cli.md"), "utf8");

describe("docs/cli.md", () => {
  for (const command of [initOptions(), driftOptions(), diffOptions(), doctorOptions()]) {
    it(`lists every option of ${command.name()}`, () => {
      const section = new RegExp(`^## ${command.name()}\n(.*?)^### `, "ms").exec(page)?.[1] ?? "";
      const rows = section.split("\n").filter((line) => line.startsWith("| `--"));
      const listed = rows.flatMap((row) => [...(row.split(" | ")[0] ?? "").matchAll(/`(--[\w-]+)/g)]);
      const options = command.options.map(({ long }) => long);
      assert.deepEqual(new Set(listed.map(([, option]) => option)), new Set(options));
    });
  }

  it("lists every exit code", () => {
    const listed = [...page.matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code));
    assert.deepEqual(listed, Object.values(exitCodes));
  });
});
