import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleModules } from "./bundle.mjs";
import { checkoutKey } from "./dependencies.mjs";
import { ensure } from "./lock.mjs";
import { runStep } from "./step.mjs";

/** @import { Setup } from "./prepare.mjs" */

const sourceFolders = ["provider", "emulator", "cli"];
/** The emulator's page, which the compiler does not copy. */
const assetsFolder = join("emulator", "page", "assets");
const settingsFiles = [
  "tsconfig.json",
  "tsconfig.build.json",
  "package-lock.json",
  join("tools", "setup", "bundle.mjs"),
];

/**
 * Compiles the package to dist/ if dist/ is missing or a source has changed since.
 * @param {Setup} setup
 */
export async function buildPackage({ checkout, cache, node, env }) {
  const stamp = join(checkout, "node_modules", ".dist-built-from");
  // A build of this call counts as current even if a source was edited during the build.
  let built = false;
  await ensure({
    cache,
    key: `build-${checkoutKey(checkout)}`,
    find: () => built || isBuilt(checkout, stamp) || undefined,
    make: async () => {
      // Before the compiler runs: a file edited during the build makes the next run build again.
      const sources = fingerprint(checkout);
      const started = Date.now();
      await runStep({
        title: "Compiling the package: about 5 seconds.",
        name: "The compiler",
        command: node,
        args: [join(checkout, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"],
        cwd: checkout,
        env,
        hint: "Correct the errors above. Then run the command again.",
      });
      await bundleModules(checkout);
      const assets = join(checkout, assetsFolder);
      if (existsSync(assets)) cpSync(assets, join(checkout, "dist", assetsFolder), { recursive: true });
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
 * Returns a hash of the names, sizes and times of all files that the build reads. Removing a file
 * changes it too.
 * @param {string} checkout
 */
export function fingerprint(checkout) {
  const folders = sourceFolders.map((folder) => join(checkout, folder)).filter((folder) => existsSync(folder));
  const files = [
    fileURLToPath(import.meta.url),
    ...settingsFiles.map((file) => join(checkout, file)),
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
 * Removes the output of sources that no longer exist. dist/ is not emptied before the build,
 * because programs may be using it.
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
