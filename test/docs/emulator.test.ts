import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { actions } from "../../emulator/control/actions";
import { Dashboard } from "../../emulator/dashboard";

const page = readFileSync(join(__dirname, "..", "..", "docs", "emulator.md"), "utf8");

describe("docs/emulator.md", () => {
  it("lists every action over HTTP with its fields", () => {
    const table = /^\| method \| input \|\n.*\n((?:\|.*\n)+)/m.exec(page)?.[1] ?? "";
    const listed = table
      .trim()
      .split("\n")
      .flatMap((row) => {
        const [, methods = "", fields = ""] = row.split("|");
        return names(methods).map((method) => [method, names(fields).sort()] as const);
      });
    const expected = [...actions].map(([name, { fields }]) => [name, [...fields].sort()] as const);
    assert.deepEqual(Object.fromEntries(listed), Object.fromEntries(expected));
  });

  it("lists every method of the Dashboard", () => {
    const section = /^## The Dashboard\n(.*?)^## /ms.exec(page)?.[1] ?? "";
    const listed = section.split("\n").flatMap((line) => (line.startsWith("|") ? names(line) : []));
    const methods = Object.getOwnPropertyNames(Dashboard.prototype).filter((name) => name !== "constructor");
    assert.deepEqual(listed.sort(), methods.sort());
  });
});

/** Returns the texts in backticks. */
function names(text: string): string[] {
  return [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
}
