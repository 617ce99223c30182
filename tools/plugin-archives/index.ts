/**
 * `npm run package:plugin`: builds the release archives of the native plugin, one for each
 * platform, and a file with their checksums.
 *
 * - `--out <folder>` Default: plugin-archives
 */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { create } from "tar";
import { packageSchema } from "../../provider/plugin/package-schema";
import { bundlePlugin } from "./bundle";

const checkout = resolve(__dirname, "..", "..");
const { values } = parseArgs({ options: { out: { type: "string", default: "plugin-archives" } } });
const { version }: { readonly version: string } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));

const plugin = "pulumi-resource-stripe-entitlements";
const common = ["plugin.cjs", "schema.json", "LICENSE", "THIRD-PARTY-LICENSES"];

/** The platforms of the Pulumi CLI, as it names them, with the launcher for each. */
const platforms = [
  ...["darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64"].map((name) => ({ name, launcher: plugin })),
  ...["windows-amd64", "windows-arm64"].map((name) => ({ name, launcher: `${plugin}.cmd` })),
];

/** Writes the files of all archives to the folder. */
async function writeFiles(folder: string): Promise<void> {
  const { code, licenses } = await bundlePlugin(checkout);
  cpSync(join(__dirname, "launchers"), folder, { recursive: true });
  cpSync(join(checkout, "LICENSE"), join(folder, "LICENSE"));
  writeFileSync(join(folder, "plugin.cjs"), code);
  writeFileSync(join(folder, "schema.json"), JSON.stringify(packageSchema(), undefined, 2));
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES"), licenses);
}

async function main(): Promise<void> {
  const out = resolve(values.out);
  const folder = mkdtempSync(join(tmpdir(), "plugin-archives-"));
  try {
    await writeFiles(folder);
    mkdirSync(out, { recursive: true });
    const names = platforms.map(({ name, launcher }) => ({ file: `${plugin}-v${version}-${name}.tar.gz`, launcher }));
    for (const { file, launcher } of names) {
      // The same files give the same archive on every machine.
      await create({ gzip: true, cwd: folder, file: join(out, file), portable: true, mtime: new Date(0) }, [
        launcher,
        ...common,
      ]);
    }
    const sums = names.map(({ file }) => `${sha256(join(out, file))}  ${file}\n`);
    writeFileSync(join(out, `${plugin}-v${version}-checksums.txt`), sums.join(""));
    console.log(`${names.length} archives and their checksums are in ${out}.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
