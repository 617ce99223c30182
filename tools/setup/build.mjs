import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkoutKey } from "./dependencies.mjs";
import { ensure } from "./lock.mjs";
import { runStep } from "./step.mjs";

/** @import { Setup } from "./prepare.mjs" */

const SOURCES = ["provider", "emulator", "cli"];
/** What the compiled code reads and the compiler does not take along: the emulator's page. */
const ASSETS = join("emulator", "page", "assets");
const SETTINGS = ["tsconfig.json", "tsconfig.build.json", "package-lock.json"];

/**
 * Compiles the package to dist/ when that is missing or its sources have changed.
 * @param {Setup} setup
 */
export async function buildPackage({ checkout, cache, node, env }) {
  const stamp = join(checkout, "node_modules", ".dist-built-from");
  // What this call has built serves it, even when a source was edited meanwhile.
  let built = false;
  await ensure({
    cache,
    key: `build-${checkoutKey(checkout)}`,
    find: () => built || isBuilt(checkout, stamp) || undefined,
    make: async () => {
      // Taken before: a file edited while the compiler runs makes the next run build again.
      const sources = fingerprint(checkout);
      const started = Date.now();
      await runStep({
        title: "Compiling the package: about 5 seconds.",
        name: "The compiler",
        command: node,
        args: [join(checkout, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"],
        cwd: checkout,
        env,
        hint: "Correct the errors above, then run the command again.",
      });
      const assets = join(checkout, ASSETS);
      if (existsSync(assets)) cpSync(assets, join(checkout, "dist", ASSETS), { recursive: true });
      removeOlderThan(started, join(checkout, "dist"));
      writeFileSync(stamp, sources);
      built = true;
    },
  });
}

/** @param {string} checkout @param {string} stamp */
function isBuilt(checkout, stamp) {
  return (
    existsSync(join(checkout, "dist")) && existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint(checkout)
  );
}

/**
 * Names, sizes and times of all that the build reads: unlike the newest time alone it also tells a removed file.
 * @param {string} checkout
 */
export function fingerprint(checkout) {
  const folders = SOURCES.map((folder) => join(checkout, folder)).filter((folder) => existsSync(folder));
  const files = [
    fileURLToPath(import.meta.url),
    ...SETTINGS.map((file) => join(checkout, file)),
    ...folders.flatMap(filesUnder),
  ].sort();
  const hash = createHash("sha256");
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

/**
 * Output of sources that no longer exist. dist/ is not emptied before the build, because programs may be using it.
 * @param {number} time
 * @param {string} directory
 */
function removeOlderThan(time, directory) {
  // File systems may round times down to a whole second or two.
  const old = filesUnder(directory).filter((file) => statSync(file).mtimeMs < time - 2_000);
  for (const file of old) rmSync(file);
}

/** @param {string} directory @returns {string[]} */
function filesUnder(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
