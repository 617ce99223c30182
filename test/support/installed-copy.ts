import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cp, mkdir, readdir, realpath, rename, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

export const checkout = resolve(__dirname, "../..");
const packageName = "pulumi-stripe-entitlements";

let made: Promise<string> | undefined;

/**
 * A project with the packed tarball unpacked below `node_modules`, and links to the checkout's packages beside it: quick, and without a
 * registry. Made once for a run, and removed when the process ends.
 */
export function installedCopy(): Promise<string> {
  made ??= makeCopy();
  return made;
}

async function makeCopy(): Promise<string> {
  const project = mkdtempSync(join(await realpath(tmpdir()), "stripe-entitlements-engine-"));
  process.once("exit", () => rmSync(project, { recursive: true, force: true }));
  const modules = join(project, "node_modules");
  await mkdir(modules);
  await exec("npm", ["pack", "--pack-destination", project], { cwd: checkout });
  const [tarball = ""] = (await readdir(project)).filter((name) => name.endsWith(".tgz"));
  await exec("tar", ["-xzf", tarball], { cwd: project });
  await rename(join(project, "package"), join(modules, packageName));
  await linkOthers(modules);
  return project;
}

async function linkOthers(modules: string): Promise<void> {
  const source = join(checkout, "node_modules");
  const others = (await readdir(source)).filter((name) => name !== packageName && name !== "@pulumi");
  await Promise.all([
    // Copied, because Pulumi's serializer looks for our package.json from where its own files really are.
    cp(join(source, "@pulumi"), join(modules, "@pulumi"), { recursive: true }),
    ...others.map((name) => symlink(join(source, name), join(modules, name))),
  ]);
}
