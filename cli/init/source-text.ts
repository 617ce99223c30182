import { escapeHidden, stringLiteral } from "../output/plain";

/** Columns of the generated code. */
const lineWidth = 100;
/** Columns that are left for the key before a value. */
const keyWidth = 20;
/** The levels of objects that always have one line for each entry. */
const openLevels = 2;

/** A value that has a literal in TypeScript and in JSON. */
export type Plain = string | readonly Plain[] | { readonly [key: string]: Plain };

/** Returns the value as a JSON file. */
export function jsonText(value: unknown): string {
  return `${escapeHidden(JSON.stringify(value, undefined, 2))}\n`;
}

/** Returns the value as an expression of TypeScript. Entries keep their order. */
export function literal(value: Plain, level = 0): string {
  if (typeof value === "string") return stringLiteral(value);
  const inner = "  ".repeat(level + 1);
  const [open, close, items] = Array.isArray(value)
    ? (["[", "]", value.map((item: Plain) => literal(item, level + 1))] as const)
    : (["{", "}", entriesOf(value as { [key: string]: Plain }, level)] as const);
  if (items.length === 0) return `${open}${close}`;
  const space = open === "{" ? " " : "";
  const line = `${open}${space}${items.join(", ")}${space}${close}`;
  const isShort = !line.includes("\n") && inner.length + keyWidth + line.length <= lineWidth;
  if (isShort && level >= openLevels) return line;
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join("")}${"  ".repeat(level)}${close}`;
}

function entriesOf(value: { readonly [key: string]: Plain }, level: number): readonly string[] {
  return Object.entries(value).map(([key, item]) => `${propertyName(key)}: ${literal(item, level + 1)}`);
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : stringLiteral(key);
}
