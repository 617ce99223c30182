import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { runCli } from "../run-cli";
import { catalogText, Repository } from "./repository";

/** Runs `diff` in the folder, and checks that it leaves nothing behind. */
async function diff({ folder, env, temporary }: Repository, args: readonly string[] = [], more = {}) {
  const ended = await runCli(["diff", ...args], { cwd: folder, env: { ...env, ...more } });
  assert.deepEqual(readdirSync(temporary), []);
  // Otherwise a later run would get the module of this one.
  for (const file of Object.keys(require.cache)) if (file.startsWith(folder)) delete require.cache[file];
  return ended;
}

const sentence = (stdout: string) => stdout.split("\n")[2];

describe("stripe-entitlements diff of catalogs", () => {
  it("compares the working tree with the merge base of the default branch", async () => {
    using repository = new Repository();
    repository.write("catalog.ts", catalogText("sso"));
    const base = repository.commit();
    repository.git("checkout", "--quiet", "-b", "change");
    repository.write("catalog.ts", catalogText("sso", "scim"));
    repository.commit();
    repository.git("checkout", "--quiet", "main");
    repository.write("catalog.ts", catalogText("sso", "other"));
    repository.commit("Change main");
    repository.git("checkout", "--quiet", "change");
    repository.write("catalog.ts", catalogText("sso", "scim", "api"));
    const { code, stdout } = await diff(repository);
    const compared = `Compared with ${base.slice(0, 10)} (merge base with main).`;
    assert.deepEqual([code, sentence(stdout)], [0, `**team** gains 2 features. ${compared}`]);
    assert.equal(repository.git("worktree", "list").split("\n").length, 1);
    assert.equal(repository.git("status", "--short"), "M catalog.ts");
    const named = await diff(repository, ["--base", "main"]);
    assert.equal(
      sentence(named.stdout)?.split(". ")[0],
      "**team** gains 2 features and loses 1, 1 feature is archived for good",
    );
  });

  it("loads the imports of the base from the base, also those of workspaces", async () => {
    using repository = new Repository();
    repository.write(".gitignore", "node_modules\n");
    repository.write("package.json", "{}");
    repository.write("packages/names/package.json", `{ "name": "@acme/names", "main": "index.ts" }`);
    repository.write("packages/names/index.ts", `export { team } from "own-dependency"; export const sso = "Old";`);
    repository.write("packages/names/node_modules/own-dependency/index.js", `exports.team = "team";`);
    repository.write("shared/audit.ts", `export const audit = "Audit";`);
    repository.write("node_modules/installed/index.js", `exports.api = "API";`);
    mkdirSync(join(repository.folder, "node_modules/@acme"));
    symlinkSync("../../packages/names", join(repository.folder, "node_modules/@acme/names"));
    repository.write(
      "billing/catalog.ts",
      `import { sso, team } from "@acme/names"; import { api } from "installed"; import { audit } from "../shared/audit";
export const catalog = {
  features: { sso: { name: sso }, api: { name: api }, audit: { name: audit } },
  plans: { [team]: { features: ["sso"] } },
};`,
    );
    repository.commit();
    repository.write("packages/names/index.ts", `export { team } from "own-dependency"; export const sso = "New";`);
    repository.write("shared/audit.ts", `export const audit = "Audit log";`);
    const { stdout } = await diff(repository, ["--catalog", "billing/catalog.ts"]);
    assert.match(stdout, /^2 features have another name or metadata\./m);
    assert.match(stdout, /^\| `sso` New \| name: Old → New \| ✓ \|$/m);
    assert.match(stdout, /^\| `audit` Audit log \| name: Audit → Audit log \| {2}\|$/m);
  });

  it("takes a catalog that the base does not have as new, and finds a renamed one", async () => {
    using repository = new Repository();
    repository.write("plans.ts", catalogText("a", "b", "c", "sso", "scim"));
    repository.commit();
    repository.write("catalog.ts", catalogText("a", "b", "c", "sso"));
    const added = await diff(repository, ["--base", "HEAD"]);
    assert.equal(sentence(added.stdout), "**team** is a new plan with 4 features. Compared with HEAD.");
    assert.match(added.stdout, /^- \*\*Everything is new,\*\* because HEAD has no catalog\.ts\.$/m);
    repository.git("rm", "--quiet", "plans.ts");
    repository.git("add", "catalog.ts");
    const renamed = await diff(repository, ["--base", "HEAD"]);
    assert.match(sentence(renamed.stdout) ?? "", /^\*\*team\*\* loses 1 feature, 1 feature is archived for good\./);
  });

  it("exits with 0, 2 and 1", async () => {
    using repository = new Repository();
    repository.write("catalog.ts", catalogText("sso"));
    repository.commit();
    assert.equal((await diff(repository, ["--exit-code"])).code, 0);
    repository.write("catalog.ts", catalogText("sso", "scim"));
    assert.equal((await diff(repository)).code, 0);
    assert.equal((await diff(repository, ["--exit-code"])).code, 2);
    assert.equal((await diff(repository, ["--exit-code", "--json"])).code, 2);
    const failed = await diff(repository, ["--exit-code", "--base", "none"]);
    assert.deepEqual([failed.code, failed.stdout], [1, ""]);
    assert.match(failed.stderr, /^stripe-entitlements: --base none: there is no such commit\nFetch the history/);
  });

  it("prints JSON", async () => {
    using repository = new Repository();
    repository.write("catalog.ts", catalogText("sso", "audit"));
    repository.commit();
    repository.write("catalog.ts", catalogText("sso", "scim"));
    const result = JSON.parse((await diff(repository, ["--json", "--base", "HEAD"])).stdout);
    assert.equal(result.summary, "team gains 1 feature and loses 1, 1 feature is archived for good.");
    assert.deepEqual([result.isChanged, result.isComplete, result.comparedWith], [true, true, "HEAD"]);
    assert.deepEqual(result.plans, [{ plan: "team", gains: ["scim"], loses: ["audit"] }]);
    assert.deepEqual(
      result.warnings.map(({ kind }: { kind: string }) => kind),
      ["archive", "loss"],
    );
    assert.deepEqual(result.features[1], {
      key: "scim",
      name: "The scim",
      change: "new",
      properties: [],
      plans: { team: { change: "gained" } },
    });
  });

  it("appends to the summary of a job, and does not fail without it", async () => {
    using repository = new Repository();
    repository.write("catalog.ts", catalogText("sso"));
    repository.commit();
    repository.write("summary.md", "Earlier\n");
    const { stdout } = await diff(repository, ["--id", "live"], { GITHUB_STEP_SUMMARY: "summary.md" });
    assert.match(stdout, /^<!-- stripe-entitlements diff live -->\n/);
    assert.equal(
      execFileSync("cat", ["summary.md"], { cwd: repository.folder, encoding: "utf8" }),
      `Earlier\n${stdout}\n`,
    );
    const failed = await diff(repository, [], { GITHUB_STEP_SUMMARY: "no/such/summary.md" });
    assert.equal(failed.code, 0);
    assert.match(failed.stderr, /^The file of GITHUB_STEP_SUMMARY was not written: ENOENT/);
    const id = await diff(repository, ["--id", "a --> b"]);
    assert.match(id.stderr, /--id <text>.* is invalid/);
  });

  it("takes the branch of the pull request, and says what a shallow clone lacks", async () => {
    using origin = new Repository();
    origin.write("catalog.ts", catalogText("sso"));
    origin.commit();
    origin.git("branch", "release");
    origin.write("catalog.ts", catalogText("sso", "scim"));
    origin.commit();
    using clone = new Repository();
    clone.git("remote", "add", "origin", `file://${origin.folder}`);
    clone.git("fetch", "--quiet", "origin");
    clone.git("reset", "--hard", "--quiet", "origin/main");
    const ofBranch = await diff(clone, [], { GITHUB_BASE_REF: "release" });
    assert.match(sentence(ofBranch.stdout) ?? "", /^\*\*team\*\* gains 1 feature\. .*with origin\/release/);
    const base = origin.git("rev-parse", "release");
    const gitLab = { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "none", CI_MERGE_REQUEST_DIFF_BASE_SHA: base };
    assert.equal(sentence((await diff(clone, [], gitLab)).stdout)?.split(".")[0], "**team** gains 1 feature");
    const unknown = await diff(clone, [], { GITHUB_BASE_REF: "none" });
    assert.match(
      unknown.stderr,
      /this clone does not have the branch none of the pull request \(tried origin\/none\)\nFetch/,
    );
    clone.git("fetch", "--quiet", "--depth=1", "origin", "main", "+release:refs/remotes/origin/release");
    const shallow = await diff(clone, [], { GITHUB_BASE_REF: "release" });
    assert.match(shallow.stderr, /HEAD and origin\/release have no common commit in this clone\nFetch the history/);
  });

  it("says which of the two catalogs cannot be loaded, and why", async () => {
    using repository = new Repository();
    for (const [text, message] of [
      [`throw new Error("no region");`, /catalog\.ts cannot be loaded: no region \(catalog\.ts:1\)/],
      [`export const catalog = "a`, /catalog\.ts cannot be loaded: .*Unterminated string/],
      ["", /catalog\.ts exports nothing/],
      [`import "./generated";`, /catalog\.ts cannot be loaded: Cannot find module '\.\/generated'/],
    ] as const) {
      repository.write("catalog.ts", text);
      repository.commit();
      const ofTree = await diff(repository, ["--base", "HEAD"]);
      assert.deepEqual([ofTree.code, ofTree.stdout], [1, ""]);
      assert.match(ofTree.stderr, new RegExp(`^stripe-entitlements: ${message.source}`));
      repository.write("catalog.ts", catalogText("sso"));
      const ofBase = await diff(repository, ["--base", "HEAD"]);
      assert.deepEqual([ofBase.code, ofBase.stdout], [1, ""]);
      assert.match(ofBase.stderr, new RegExp(`^stripe-entitlements: at HEAD: ${message.source}`));
      assert.match(ofBase.stderr, /Files that are not committed, such as build output, do not exist there/);
      assert.ok(!ofBase.stderr.includes(repository.temporary), ofBase.stderr);
    }
  });

  it("says what is missing: the file, the repository, the default branch", async () => {
    using repository = new Repository();
    const { temporary, env } = repository;
    const missing = await diff(repository, ["--catalog", "none/catalog.ts"]);
    assert.match(missing.stderr, /^stripe-entitlements: none\/catalog\.ts: there is no such file\n/);
    repository.write("catalog.ts", catalogText("sso"));
    const noCommit = await diff(repository);
    assert.match(noCommit.stderr, /this clone does not have a default branch \(tried origin\/HEAD, origin\/main,/);
    const outside = await runCli(["diff"], { cwd: temporary, env });
    assert.equal(outside.code, 1);
    assert.match(
      outside.stderr,
      /catalog\.ts is in no git repository: .*\nRun the command in a clone, or use --preview/,
    );
    const noGit = await diff(repository, [], { PATH: temporary });
    assert.match(noGit.stderr, /git cannot be started: it is not on the PATH/);
  });
});
