import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { CliError } from "../cli-error";
import type { Io } from "../io";
import { Git } from "./git";

/** The commit that a catalog is compared with. */
export interface Base {
  readonly git: Git;
  /** The hash. */
  readonly commit: string;
  /** The commit as messages name it. */
  readonly label: string;
  /** The top folder of the working tree. */
  readonly root: string;
  /** The path of the catalog in the commit, with slashes. Undefined when it has no such file. */
  readonly path: string | undefined;
}

const fetchIt =
  "Fetch the history (`fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab), or name another commit with " +
  "--base.";

/**
 * Finds the commit to compare a catalog with, and the catalog in it, also under a former name.
 *
 * @param ref default: the merge base of HEAD and the default branch
 * @throws CliError when there is no repository or no such commit
 */
export async function findBase(file: string, io: Pick<Io, "cwd" | "env">, ref: string | undefined): Promise<Base> {
  const folder = dirname(resolve(io.cwd, file));
  await assertFolder(file, folder);
  const git = new Git(folder, io.env);
  const [root, prefix = ""] = (await topLevel(git, file)).split("\n");
  const { commit, label } = ref === undefined ? await mergeBase(git, io.env) : await named(git, ref);
  const path = await pathAt(git, commit, prefix + (/[^/\\]+$/.exec(file)?.[0] ?? file));
  return { git, commit, label, root: root ?? folder, path };
}

async function assertFolder(file: string, folder: string): Promise<void> {
  if (
    await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    )
  )
    return;
  throw new CliError(`${file}: there is no such file`, "Give the path of the catalog with --catalog.");
}

async function topLevel(git: Git, file: string): Promise<string> {
  const found = await git.find(["rev-parse", "--show-toplevel", "--show-prefix"]);
  if (found !== undefined) return found;
  // Says more, such as that the repository has another owner.
  const why = await git.must(["rev-parse", "--show-toplevel"]).catch((error: Error) => error.message);
  throw new CliError(`${file} is in no git repository: ${why}`, "Run the command in a clone, or use --preview.");
}

async function named(git: Git, ref: string): Promise<Pick<Base, "commit" | "label">> {
  const commit = await commitOf(git, ref);
  if (commit !== undefined) return { commit, label: ref };
  throw new CliError(`--base ${ref}: there is no such commit`, fetchIt);
}

async function mergeBase(git: Git, env: Io["env"]): Promise<Pick<Base, "commit" | "label">> {
  const branch = await defaultBranch(git, env);
  const commit = await git.find(["merge-base", branch, "HEAD"]);
  if (commit !== undefined) return { commit, label: `${commit.slice(0, 10)} (merge base with ${branch})` };
  throw new CliError(`HEAD and ${branch} have no common commit in this clone`, fetchIt);
}

/** Returns the branch that the pull request is for, else the default branch. */
async function defaultBranch(git: Git, env: Io["env"]): Promise<string> {
  const target = env["GITHUB_BASE_REF"] || env["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"];
  // A job of GitLab fetches its own branch only, and the history up to GIT_DEPTH.
  const gitLabBase = env["CI_MERGE_REQUEST_DIFF_BASE_SHA"];
  const ofRequest = [`origin/${target}`, ...(gitLabBase ? [gitLabBase] : [])];
  const candidates = target ? ofRequest : ["origin/HEAD", "origin/main", "origin/master", "main", "master"];
  for (const candidate of candidates) {
    if ((await commitOf(git, candidate)) !== undefined) return candidate;
  }
  const what = target ? `the branch ${target} of the pull request` : "a default branch";
  throw new CliError(`this clone does not have ${what} (tried ${candidates.join(", ")})`, fetchIt);
}

function commitOf(git: Git, ref: string): Promise<string | undefined> {
  // The options end before the ref, which may look like one.
  return git.find(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
}

/** Returns the path that the file had in the commit. */
async function pathAt(git: Git, commit: string, path: string): Promise<string | undefined> {
  if ((await git.find(["cat-file", "-e", `${commit}:${path}`])) !== undefined) return path;
  const renames = await git.find(["diff", "--name-status", "-z", "-M", "--diff-filter=R", commit]);
  // Each rename is three texts: R and the similarity, the old path, the new path.
  const texts = renames?.split("\0") ?? [];
  const index = texts.findIndex((text, position) => position % 3 === 2 && text === path);
  return index < 0 ? undefined : texts[index - 1];
}
