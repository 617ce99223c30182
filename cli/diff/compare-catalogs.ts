import type { Catalog } from "../../provider/catalog";
import { loadCatalog } from "../catalog/load-catalog";
import { CliError } from "../cli-error";
import type { Io } from "../io";
import { Progress } from "../progress";
import { type Base, findBase } from "./base";
import { BaseTree } from "./base-tree";
import { snapshotOf } from "./catalog-snapshot";
import { compare } from "./changes";
import type { Report } from "./report";
import { emptySnapshot } from "./snapshot";

/**
 * Compares the catalog in the working tree with the one in a commit.
 *
 * @param ref default: the merge base with the default branch
 * @throws CliError when there is no such commit, or one of the catalogs cannot be loaded
 */
export async function compareCatalogs(io: Io, file: string, ref: string | undefined): Promise<Report> {
  const base = await findBase(file, io, ref);
  const after = snapshotOf(await loadCatalog(file, io));
  const before = await loadBaseCatalog(base, io);
  return {
    changes: compare(before === undefined ? emptySnapshot : snapshotOf(before), after),
    comparedWith: base.label,
    notes: before === undefined ? [{ kind: "newCatalog", file, commit: base.label }] : [],
    isComplete: true,
  };
}

/** Returns the catalog in the commit. Undefined when the commit has no such file. */
async function loadBaseCatalog(base: Base, io: Io): Promise<Catalog | undefined> {
  if (base.path === undefined) return undefined;
  using progress = new Progress(io.stderr);
  progress.update(`Reading the files of ${base.label}`);
  await using tree = await BaseTree.of(base);
  try {
    return await loadCatalog(base.path, { cwd: tree.folder });
  } catch (error) {
    throw error instanceof CliError ? explain(error, base, tree) : error;
  }
}

function explain({ message, hint, cause }: CliError, { label }: Base, tree: BaseTree): CliError {
  const text = message.replaceAll(`${tree.folder}/`, "");
  const others = "Files that are not committed, such as build output, do not exist there. Or choose another --base.";
  return new CliError(`at ${label}: ${text}`, `${hint} ${others}`, { cause });
}
