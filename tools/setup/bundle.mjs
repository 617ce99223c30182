import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Modules of `provider` that load faster as one file, and the npm package that they contain. */
const modules = [
  // An application that imports the entry `pulumi-stripe-entitlements/catalog` loads one file.
  { path: join("provider", "catalog", "index"), contains: undefined },
  // Each provider process loads it.
  { path: join("provider", "zod"), contains: "zod" },
];

/**
 * Bundles each of the modules with all that it imports. The bundle replaces the file that the
 * compiler wrote. The declarations stay as the compiler wrote them.
 * @param {string} checkout
 */
export async function bundleModules(checkout) {
  const found = modules.filter(({ path }) => existsSync(join(checkout, `${path}.ts`)));
  if (found.length === 0) return;
  // Imported late, because the npm packages are installed in an earlier step of the same run.
  const { buildSync } = await import("esbuild");
  for (const { path, contains } of found) {
    const outfile = join("dist", `${path}.js`);
    // The source map of the compiler's file.
    rmSync(join(checkout, `${outfile}.map`));
    buildSync({
      absWorkingDir: checkout,
      entryPoints: [`${path}.ts`],
      outfile,
      tsconfig: "tsconfig.build.json",
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "es2023",
      charset: "utf8",
      logLevel: "warning",
      ...(contains === undefined ? { sourcemap: true } : { banner: { js: licenseComment(checkout, contains) } }),
    });
  }
}

/** Returns the license of the npm package as a comment. Every copy of the package must have it. */
function licenseComment(/** @type {string} */ checkout, /** @type {string} */ name) {
  const text = readFileSync(join(checkout, "node_modules", name, "LICENSE"), "utf8");
  return `/*! Contains ${name}, https://www.npmjs.com/package/${name}\n\n${text.trim()}\n*/`;
}
