import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, realpath, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join, posix, relative, sep } from "node:path";
import type { Base } from "./base";

/**
 * The files of a commit in a temporary folder, with the `node_modules` of the working tree.
 * `await using` removes it, as does the end of the process.
 */
export class BaseTree implements AsyncDisposable {
  readonly #removeNow = () => rmSync(this.#temporary, { recursive: true, force: true, maxRetries: 5 });
  readonly #temporary: string;
  /** The top folder. */
  readonly folder: string;

  private constructor(temporary: string) {
    this.#temporary = temporary;
    this.folder = join(temporary, "tree");
    process.once("exit", this.#removeNow);
  }

  static async of(base: Base): Promise<BaseTree> {
    const tree = new BaseTree(await realpath(await mkdtemp(join(tmpdir(), "stripe-entitlements-diff-"))));
    try {
      await tree.#checkOut(base);
      await tree.#linkDependencies(base);
      return tree;
    } catch (error) {
      await tree[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Through an index of its own: a worktree would write to `.git` and run hooks, and an archive
   * leaves out files with the attribute export-ignore.
   */
  async #checkOut({ git, commit, root }: Base): Promise<void> {
    await mkdir(this.folder);
    // Large files (Git LFS) would be downloaded.
    const env = { GIT_INDEX_FILE: join(this.#temporary, "index"), GIT_LFS_SKIP_SMUDGE: "1" };
    await git.must(["-C", root, "read-tree", commit], env);
    await git.must(["-C", root, "checkout-index", "--all", "--quiet", `--prefix=${this.folder}/`], env);
  }

  /** Links the `node_modules` beside each package.json, for workspaces too. */
  async #linkDependencies({ git, commit, root, path = "" }: Base): Promise<void> {
    const files = (await git.must(["-C", root, "ls-tree", "-r", "-z", "--name-only", commit])).split("\0");
    const packages = files.filter((file) => posix.basename(file) === "package.json").map((file) => posix.dirname(file));
    for (const folder of new Set([".", posix.dirname(path), ...packages])) {
      await linkModules(join(root, folder), join(this.folder, folder), { root, tree: this.folder });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off("exit", this.#removeNow);
    await rm(this.#temporary, { recursive: true, force: true });
  }
}

interface Places {
  readonly root: string;
  readonly tree: string;
}

async function linkModules(from: string, to: string, places: Places): Promise<void> {
  const [modules, linked] = [join(from, "node_modules"), join(to, "node_modules")];
  if (!(await exists(modules)) || (await exists(linked))) return;
  await mkdir(linked, { recursive: true });
  await linkEntries(modules, linked, places);
}

/**
 * Links each package. The link of a workspace leads to the files of the commit, because the working
 * tree may have changed them.
 */
async function linkEntries(from: string, to: string, places: Places): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, link] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name.startsWith("@")) {
      await mkdir(link);
      await linkEntries(source, link, places);
    } else if (await exists(source)) {
      await symlink(inTree(await realpath(source), places), link, "junction");
    }
  }
}

function inTree(target: string, { root, tree }: Places): string {
  const path = relative(root, target);
  const steps = path.split(sep);
  return isAbsolute(path) || steps[0] === ".." || steps.includes("node_modules") ? target : join(tree, path);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
