import { readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { createJiti } from "jiti";
import { type Catalog, isCatalogError, parseCatalog } from "../../provider/catalog";
import { CliError, messageOf } from "../cli-error";
import type { Io } from "../io";

const packageName = "pulumi-stripe-entitlements";
const provider = join(__dirname, "..", "..", "provider");

const exportIt = "Export it as `export const catalog = defineCatalog({ … })`.";

/**
 * Returns the catalog of a user's file: TypeScript or JavaScript that exports it, or JSON with the
 * declaration. Runs the file, without checking its types. Its imports of this package's catalog
 * lead to this copy, so a checkout without `node_modules` is enough.
 *
 * The module may export several things: the one with the name `catalog`, else the default export,
 * else the only catalog.
 *
 * @throws CliError that names the file, when there is no such file, it fails, or has no catalog
 */
export async function loadCatalog(file: string, { cwd }: Pick<Io, "cwd">): Promise<Catalog> {
  const path = resolve(cwd, file);
  if (!(await isFile(path))) {
    throw new CliError(`${file}: there is no such file`, "Give the path of the catalog with --catalog.");
  }
  try {
    const isJson = path.endsWith(".json");
    const declared = isJson ? JSON.parse(await readFile(path, "utf8")) : catalogOf(file, await importModule(path));
    return parseCatalog(declarationOf(declared)) as Catalog;
  } catch (error) {
    throw error instanceof CliError ? error : explain(file, path, error);
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function importModule(path: string): Promise<unknown> {
  const alias = { [`${packageName}/catalog`]: join(provider, "catalog", "index") };
  // Without the loader's cache on disk, which would leave files in the user's project.
  return createJiti(path, { fsCache: false, alias }).import(path);
}

function explain(file: string, path: string, error: unknown): CliError {
  const place = placeOf(error, path);
  if (isCatalogError(error)) {
    const message = error.message.slice(0, -error.hint.length).trimEnd();
    return new CliError(`${file}${place}: ${message}`, error.hint, { cause: error });
  }
  const [message = ""] = messageOf(error).split("\nRequire stack:");
  const missing = /^Cannot find (?:module|package) '([^'./][^']*)'/.exec(message)?.[1];
  const hint =
    missing === undefined
      ? "Correct the file. `npx tsc --noEmit` shows mistakes in types, too."
      : `Install the dependencies of the project: ${missing} is missing.`;
  return new CliError(`${file} cannot be loaded: ${message.replace(/\s+/g, " ")}${place}`, hint, { cause: error });
}

/** Returns where in the user's folder an error was thrown, if its stack names a place. */
function placeOf(error: unknown, path: string): string {
  const folder = resolve(path, "..");
  const lines = error instanceof Error ? (error.stack ?? "").split("\n    at ").slice(1) : [];
  const places = lines.map((line) => /\(?(?:file:\/\/)?(\/[^():]+|[A-Za-z]:[^():]+):(\d+):\d+\)?$/.exec(line.trim()));
  const found = places.find((place) => place?.[1]?.startsWith(folder) && !place[1].includes("node_modules"));
  return found ? ` (${relative(folder, found[1] ?? "")}:${found[2]})` : "";
}

/** Returns the catalog among the exports of a module. */
function catalogOf(file: string, exported: unknown): unknown {
  const exports: Readonly<Record<string, unknown>> = isObject(exported) ? exported : {};
  const named = ["catalog", "default"].find((name) => isCatalogLike(exports[name]));
  if (named !== undefined) return exports[named];
  const found = Object.keys(exports).filter((name) => isCatalogLike(exports[name]));
  if (found.length === 1) return exports[found[0] ?? ""];
  const names = Object.keys(exports).filter((name) => name !== "default" || exports[name] !== undefined);
  const what =
    found.length > 1 ? `several catalogs: ${found.join(", ")}` : `no catalog, only ${names.join(", ") || "nothing"}`;
  throw new CliError(`${file} exports ${what.replace("no catalog, only nothing", "nothing")}`, exportIt);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isCatalogLike = (value: unknown) => isObject(value) && "features" in value && "plans" in value;

/** Returns the declaration of a catalog, also of one that another copy of this package created. */
function declarationOf(value: unknown): unknown {
  if (!isObject(value) || typeof value["featuresOf"] !== "function") return value;
  return { features: value["features"], plans: value["plans"] };
}
