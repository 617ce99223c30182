import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentVariables, settingNames } from "../../provider/config/settings";
import { type Declarations, textsOf } from "./declarations";
import type { PropertySpec, TypeSpec } from "./specs";

/** The settings whose numbers must be whole, which their TypeScript type does not say. */
const wholeNumbers = ["maxRetries"];

interface Row {
  readonly fallback: string;
  readonly meaning: string;
}

/**
 * Returns the settings as properties of the provider. Their descriptions come from
 * docs/configuration.md. None has a default: an SDK would write it to the state, and the key with
 * it.
 *
 * @param docs the address of the documents
 */
export function settingSpecs(declarations: Declarations, docs: string): Readonly<Record<string, PropertySpec>> {
  const rows = readRows(docs);
  const types = new Map(declarations.membersOf("Settings").map(({ name, type }) => [name, type]));
  const entries = settingNames.map((name) => {
    const [type, row] = [types.get(name), rows.get(name)];
    if (type === undefined || row === undefined) throw new Error(`docs/configuration.md has no row for ${name}.`);
    const description = describe(row, environmentVariables[name]);
    const isSecret = name === "apiKey";
    return [name, { ...typeOf(name, declarations, type), description, ...(isSecret && { secret: true }) }] as const;
  });
  return Object.fromEntries(entries);
}

/** Returns the rows of the table in docs/configuration.md, by key. */
function readRows(docs: string): ReadonlyMap<string, Row> {
  const page = readFileSync(join(__dirname, "..", "..", "docs", "configuration.md"), "utf8");
  const rows = page.matchAll(/^\| `(\w+)`[^|]*\|[^|]*\| *([^|]*?) *\| *(.+?) *\|$/gm);
  return new Map(
    [...rows].map(([, key = "", fallback = "", meaning = ""]) => [
      key,
      { fallback, meaning: meaning.replace(/\]\((?=\w+\.md)/g, `](${docs}/`) },
    ]),
  );
}

function describe({ fallback, meaning }: Row, variable: string | undefined): string {
  const defaults = [variable && `the environment variable \`${variable}\``, fallback !== "required" && fallback];
  const known = defaults.filter(Boolean).join(", or ");
  return `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.${known && ` Default: ${known}.`}`;
}

/** SDKs read a setting with an enum type as JSON, so a choice of texts is a string. */
function typeOf(name: string, declarations: Declarations, type: Parameters<typeof textsOf>[0]): TypeSpec {
  const texts = textsOf(type);
  if (texts !== undefined) return { type: texts.includes("true") ? "boolean" : "string" };
  if (wholeNumbers.includes(name)) return { type: "integer" };
  return declarations.specOf(type, (object) => {
    throw new Error(`${name} is of the object type ${object}.`);
  });
}
