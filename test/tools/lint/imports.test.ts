import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const checkout = join(__dirname, "..", "..", "..");
const cruiser = join(checkout, "node_modules", ".bin", "depcruise");
const config = join(checkout, ".dependency-cruiser.mjs");

/** Returns the violations in a repository of these files. */
function violationsIn(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), "imports-"));
  try {
    for (const [file, text] of Object.entries({ "tsconfig.json": "{}", ...files })) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const args = [cruiser, "--config", config, "--output-type", "json", "provider"];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    assert.ok(stdout, stderr);
    const { summary }: { summary: { violations: { from: string; to: string; rule: { name: string } }[] } } =
      JSON.parse(stdout);
    return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("Allowed imports", function () {
  this.timeout(60_000);
  let violations: readonly string[] = [];

  before(() => {
    violations = violationsIn({
      "provider/catalog/index.ts": 'import "node:fs";\nimport "../stripe/client";\nimport "./limits";',
      "provider/catalog/limits.ts": "export const limit = 1;",
      "provider/stripe/client.ts": 'import "node:fs";\nimport "../catalog/limits";',
      "provider/resources/a.ts": 'import type { A } from "../lifecycle/a";\nexport type B = A;',
      "provider/resources/b.ts": 'import { a } from "../lifecycle/a";\nexport const b = a;',
      "provider/lifecycle/a.ts": "export type A = 1;\nexport const a = 1;",
      "provider/config/a.ts": 'import type { B } from "./b";\nexport type A = B;',
      "provider/config/b.ts": 'import type { A } from "./a";\nexport type B = A | 1;',
      "provider/other/a.ts": 'import "../stripe/client";',
    });
  });

  const about = (rule: string) => violations.filter((violation) => violation.startsWith(`${rule}: `));

  it("reports imports that are not in the list, including modules of Node.js", () => {
    assert.deepEqual(about("imports of provider/catalog"), [
      "imports of provider/catalog: provider/catalog/index.ts -> fs",
      "imports of provider/catalog: provider/catalog/index.ts -> provider/stripe/client.ts",
    ]);
    assert.deepEqual(about("imports of provider/stripe"), []);
  });

  it("reports imports of values where the list allows types only", () => {
    assert.deepEqual(about("type imports of provider/resources"), [
      "type imports of provider/resources: provider/resources/b.ts -> provider/lifecycle/a.ts",
    ]);
    assert.deepEqual(about("imports of provider/resources"), []);
  });

  it("reports cycles of type imports", () => {
    assert.deepEqual(about("no cycle"), ["no cycle: provider/config/a.ts -> provider/config/b.ts"]);
  });

  it("reports folders without a list", () => {
    assert.deepEqual(about("folder of provider without a list"), [
      "folder of provider without a list: provider/other/a.ts -> provider/stripe/client.ts",
    ]);
  });
});
