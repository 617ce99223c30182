import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** The plugin as one file, and the licenses of all that it contains. */
export interface Bundle {
  readonly code: string;
  readonly licenses: string;
}

/** Bundles the plugin with all that it needs of npm packages. */
export async function bundlePlugin(checkout: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: checkout,
    entryPoints: [join("provider", "plugin", "index.ts")],
    outfile: "plugin.cjs",
    tsconfig: "tsconfig.build.json",
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "es2023",
    charset: "utf8",
    minify: true,
    // Messages and stack traces name classes.
    keepNames: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  const [code] = outputFiles;
  if (code === undefined) throw new Error("esbuild wrote no file");
  return { code: code.text, licenses: licensesOf(checkout, packagesOf(Object.keys(metafile.inputs))) };
}

/** Returns the folders of the npm packages that the files belong to, sorted. */
function packagesOf(files: readonly string[]): readonly string[] {
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Returns the license of each package. Every copy of a package must have its license. */
function licensesOf(checkout: string, packages: readonly string[]): string {
  return packages.map((folder) => licenseOf(join(checkout, folder))).join(`\n${"-".repeat(80)}\n\n`);
}

function licenseOf(folder: string): string {
  const { name, version, license }: Record<string, string> = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt", "license", "LICENSE-MIT"].find((each) =>
    existsSync(join(folder, each)),
  );
  const text =
    file === undefined ? "The package has no license file." : readFileSync(join(folder, file), "utf8").trim();
  return `${name} ${version}, ${license}, https://www.npmjs.com/package/${name}\n\n${text}\n`;
}
