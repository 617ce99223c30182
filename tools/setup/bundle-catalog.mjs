import { existsSync } from "node:fs";
import { join } from "node:path";

const entry = join("provider", "catalog", "index.ts");

/**
 * Bundles the entry `pulumi-stripe-entitlements/catalog` into one file, which replaces the module
 * that the compiler wrote. An application that imports it then loads one file. The declarations
 * stay as the compiler wrote them.
 * @param {string} checkout
 */
export async function bundleCatalog(checkout) {
  if (!existsSync(join(checkout, entry))) return;
  // Imported late, because the npm packages are installed in an earlier step of the same run.
  const { buildSync } = await import("esbuild");
  buildSync({
    absWorkingDir: checkout,
    entryPoints: [entry],
    outfile: join("dist", "provider", "catalog", "index.js"),
    tsconfig: "tsconfig.build.json",
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "es2023",
    charset: "utf8",
    sourcemap: true,
    logLevel: "warning",
  });
}
