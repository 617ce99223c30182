/**
 * `npm run release:check`: does everything of a release but publish.
 *
 * - `--test` also runs all tests
 * - `--out <folder>` keeps the files of the release: the tarball, the archives of the plugin with
 *   their checksums, and the release notes
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { assertPluginFolder, assertRepository, assertTags, releaseNotes } from "./checks";

interface Manifest {
  readonly version: string;
  readonly repository?: { readonly url: string };
}

const checkout = resolve(__dirname, "..", "..");
const { values: options } = parseArgs({ options: { test: { type: "boolean" }, out: { type: "string" } } });
const manifest: Manifest = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
const { version } = manifest;

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: checkout, encoding: "utf8" }).trim();
}

/** Runs a program of Node.js with the output of this process. */
function run(...args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: checkout, stdio: "inherit" });
}

function npm(...args: readonly string[]): void {
  const { npm_execpath: script } = process.env;
  if (script === undefined) throw new Error("Run this as `npm run release:check`.");
  run(script, ...args);
}

function checkTree(): void {
  const changes = git("status", "--porcelain");
  if (changes !== "") throw new Error(`The tree has changes that no commit contains:\n${changes}`);
}

function tags(...filter: readonly string[]): readonly string[] {
  const names = git("tag", "--list", "v*", ...filter);
  return names === "" ? [] : names.split("\n");
}

function checkRepository(): void {
  const url = manifest.repository?.url;
  assertRepository(url, process.env);
  if (url !== undefined) return;
  console.log('Before the first release, add "repository" to package.json. npm derives "bugs" and "homepage".');
}

function pack(folder: string): void {
  mkdirSync(folder, { recursive: true });
  npm("pack", "--pack-destination", folder, "--loglevel=error");
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  npm("publish", join(folder, tarball), "--dry-run", "--access", "public");
  npm("run", "--silent", "package:plugin", "--", "--out", folder);
}

function main(): void {
  const folder = options.out === undefined ? mkdtempSync(join(tmpdir(), "release-")) : resolve(options.out);
  try {
    checkTree();
    assertTags(version, tags("--points-at", "HEAD"), tags());
    assertPluginFolder(version, readFileSync(join(checkout, "plugin", "package.json"), "utf8"));
    checkRepository();
    const notes = releaseNotes(readFileSync(join(checkout, "CHANGELOG.md"), "utf8"), version);
    npm("run", "--silent", "lint");
    // package.test.ts runs publint and @arethetypeswrong/core, and looks into the tarball.
    if (options.test) npm("run", "--silent", "test:all");
    else run("tools/run.mjs", "--build", "mocha", "test/engine/package.test.ts");
    pack(folder);
    writeFileSync(join(folder, "notes.md"), `${notes}\n`);
    console.log(`\nVersion ${version} can be released.`);
  } catch (error) {
    console.error(`\nVersion ${version} cannot be released. ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  } finally {
    if (options.out === undefined) rmSync(folder, { recursive: true });
  }
}

main();
