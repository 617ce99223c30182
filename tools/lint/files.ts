import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { extname, join } from "node:path";

export const checkout = join(__dirname, "..", "..");

const extensions = new Set([".md", ".ts", ".mjs", ".cjs", ".js"]);

/** Returns the files with prose under these paths, default all, that Git does not ignore. */
export function filesUnder(paths: readonly string[]): string[] {
  const options = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", ...paths];
  const files = execFileSync("git", options, { cwd: checkout, encoding: "utf8" }).split("\0");
  return files.filter((file) => extensions.has(extname(file)) && existsSync(join(checkout, file)));
}
