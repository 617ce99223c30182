import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { chart } from "./chart";
import { report } from "./report";
import type { Results } from "./results";

const docs = resolve(__dirname, "../../docs");
const figures = resolve(__dirname, "../measured.json");
const begin = "<!-- measured: written by `npm run bench -- --write` -->";
const end = "<!-- end of what is measured -->";

/** Puts what was measured in its place on docs/benchmarks.md, and writes the picture and the figures behind both. */
export async function writePage(results: Results): Promise<void> {
  const path = join(docs, "benchmarks.md");
  const page = await readFile(path, "utf8");
  if (!page.includes(begin) || !page.includes(end)) throw new Error(`${path} does not hold ${begin} and ${end}`);
  const [before, after] = [page.split(begin)[0], page.split(end)[1]];
  await writeFile(path, `${before}${begin}\n\n${report(results)}\n\n${end}${after}`);
  await writeFile(join(docs, "images", "benchmarks.svg"), chart(results));
  await writeFile(figures, `${JSON.stringify(results)}\n`);
}
