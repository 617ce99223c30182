import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A row of `docs/stripe-behavior.md`. */
export interface Fact {
  /** `S1`, `S2`, … */
  readonly number: string;
  readonly statement: string;
  readonly source: string;
  readonly certainty: string;
}

export const certainties = [
  "documented",
  "specified",
  "read in Stripe's SDK",
  "reported by users",
  "inferred",
  "unpublished",
] as const;

const page = join(__dirname, "..", "..", "docs", "stripe-behavior.md");

/** Returns the facts about Stripe, in the order of the page. */
export function readFacts(): readonly Fact[] {
  const rows = readFileSync(page, "utf8").matchAll(/^\| (S\d+) \| (.+?) \| (.+?) \| (.+?) \|$/gm);
  return [...rows].map(([, number = "", statement = "", source = "", certainty = ""]) => ({
    number,
    statement,
    source,
    certainty,
  }));
}

/** Returns the links of the page by their labels. */
export function readLinks(): ReadonlyMap<string, string> {
  const definitions = readFileSync(page, "utf8").matchAll(/^\[([\w-]+)\]: (\S+)$/gm);
  return new Map([...definitions].map(([, label = "", url = ""]) => [label, url]));
}
