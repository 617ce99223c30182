import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { patience } from "../support/engine";
import { checkout, installedCopy } from "../support/installed-copy";

const exec = promisify(execFile);
const settings = {
  target: "es2023",
  module: "nodenext",
  strict: true,
  noEmit: true,
  types: ["node", "mocha"],
  skipLibCheck: true,
};

/** The blocks of a page that say which file they are. */
async function filesOf(page: string): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const text = await readFile(join(checkout, page), "utf8");
  const blocks = text.matchAll(/^```ts\n\/\/ ([\w.-]+)\n(.*?)^```$/gms);
  return Array.from(blocks, ([, name = "", text = ""]) => ({ name, text }));
}

describe("The page on testing", function () {
  this.timeout(patience);

  it("shows files that pass as they are written, types and all, with the packed package", async () => {
    const project = join(await installedCopy(), "testing-page");
    await mkdir(project);
    const files = await filesOf("docs/testing.md");
    const names = files.map(({ name }) => name);
    assert.deepEqual(names, ["catalog.ts", "catalog.test.ts", "index.ts", "index.test.ts"]);
    for (const { name, text } of files) await writeFile(join(project, name), text);
    await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: settings }));
    const mocha = join(project, "..", "node_modules", "mocha", "bin", "mocha.js");
    const args = [mocha, "--no-config", "--require", "ts-node/register", "*.test.ts"];
    const { stdout } = await exec(process.execPath, args, { cwd: project }).catch(({ stdout, stderr }) =>
      assert.fail(`${stdout}\n${stderr}`),
    );
    assert.match(stdout, /6 passing/);
  });
});
