/**
 * `npm run schema`: writes the schema of the native provider's package. It derives from the types
 * and doc comments of the package, the table of settings in docs/configuration.md, and the examples
 * in this folder.
 *
 * - `--check` writes nothing, and fails if the file is not current
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { buildSchema } from "./package-schema";

const checkout = join(__dirname, "..", "..");
const file = join(checkout, "provider", "plugin", "schema.json");

const { check } = parseArgs({ options: { check: { type: "boolean" } } }).values;
const text = `${JSON.stringify(buildSchema(), null, 2)}\n`;
if (!check) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error(`${relative(checkout, file)} is not current. Run \`npm run schema\`.`);
  process.exitCode = 1;
}
