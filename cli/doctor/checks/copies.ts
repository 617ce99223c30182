import { type Dirent, readdirSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Check, type Finding, ok, warning } from "../check";
import { type InstalledPackage, packageName, readPackage, sdkName } from "../installed";

/** Whether the project has several copies of this package or of the SDK. */
export const copies: Check = {
  name: "copies",
  run: ({ project }) => {
    if (project === undefined) return [];
    const found = findCopies(project.programFolder, [packageName, sdkName]);
    return [packageName, sdkName].flatMap((name) => findingOf(project.programFolder, name, found.get(name) ?? []));
  },
};

function findingOf(folder: string, name: string, found: readonly InstalledPackage[]): readonly Finding[] {
  if (found.length === 0) return [];
  if (found.length === 1) return [ok(`One copy of ${name}`)];
  const places = found.map((copy) => `${copy.version} in ${relative(folder, copy.folder) || "."}`).join(", ");
  const hint = `\`npm ls ${name}\` shows what needs each of them. Use one version everywhere, and run \`npm dedupe\`.`;
  return [warning(`${found.length} copies of ${name}: ${places}`, hint)];
}

/**
 * Returns the copies of the packages below every `node_modules` that Node.js looks into from the
 * folder, each once.
 */
function findCopies(folder: string, names: readonly string[]): ReadonlyMap<string, readonly InstalledPackage[]> {
  const found = new Map<string, Map<string, InstalledPackage>>(names.map((name) => [name, new Map()]));
  const visited = new Set<string>();
  const visit = (directory: string): void => {
    const real = realPath(directory);
    if (real === undefined || visited.has(real)) return;
    visited.add(real);
    for (const [name, copies] of found) {
      const place = realPath(join(real, name));
      const copy = place === undefined ? undefined : readPackage(place);
      if (copy !== undefined) copies.set(copy.folder, copy);
    }
    for (const child of packagesIn(real)) visit(join(child, "node_modules"));
  };
  for (const above of foldersUpFrom(folder)) visit(join(above, "node_modules"));
  return new Map([...found].map(([name, copies]) => [name, [...copies.values()]]));
}

/** Returns the folders of the packages, those of pnpm's store too. */
function packagesIn(directory: string): readonly string[] {
  return entriesOf(directory).flatMap(({ name }) => {
    const path = join(directory, name);
    const isGroup = name.startsWith("@") || name === ".pnpm";
    return isGroup ? entriesOf(path).map((entry) => join(path, entry.name)) : [path];
  });
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() || entry.isSymbolicLink(),
    );
  } catch {
    return [];
  }
}

function foldersUpFrom(folder: string): readonly string[] {
  return dirname(folder) === folder ? [folder] : [folder, ...foldersUpFrom(dirname(folder))];
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
