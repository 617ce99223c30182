import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { mkdir, readdir, realpath, rename, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { npm } from "./npm";
import { removeAtExit } from "./remove-at-exit";

const exec = promisify(execFile);

export const checkout = resolve(__dirname, "../..");
const packageName = "pulumi-stripe-entitlements";

let created: Promise<string> | undefined;

/**
 * Returns the path of a project with the unpacked tarball of this package in `node_modules`, next
 * to links to the checkout's packages. This is faster than `npm install`, and needs no registry.
 * The first call creates the project. It is removed when the process ends.
 */
export function installedCopy(): Promise<string> {
  created ??= createCopy();
  return created;
}

async function createCopy(): Promise<string> {
  const project = mkdtempSync(join(await realpath(tmpdir()), "stripe-entitlements-engine-"));
  removeAtExit(project);
  const modules = join(project, "node_modules");
  await mkdir(modules);
  await npm(checkout, ["pack", "--pack-destination", project]);
  const [tarball = ""] = (await readdir(project)).filter((name) => name.endsWith(".tgz"));
  await exec("tar", ["-xzf", tarball], { cwd: project });
  await rename(join(project, "package"), join(modules, packageName));
  await linkDependencies(modules);
  return project;
}

async function linkDependencies(modules: string): Promise<void> {
  const source = join(checkout, "node_modules");
  const entries = await readdir(source, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isFile() && entry.name !== packageName).map(({ name }) => name);
  // Windows needs no permission for a junction. Other systems ignore the type.
  await Promise.all(names.map((name) => symlink(join(source, name), join(modules, name), "junction")));
}
