import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { chart } from "./chart";
import { report } from "./report";
import type { Results } from "./results";

const docs = resolve(__dirname, "../../docs");
const resultsPath = resolve(__dirname, "../measured.json");
const begin = "<!-- measured: written by `npm run bench -- --write` -->";
const end = "<!-- end of the measured part -->";

/** Returns the figures of the last run that was written to bench/measured.json. */
export async function readResults(): Promise<Results> {
  return JSON.parse(await readFile(resultsPath, "utf8"));
}

export async function writeResults(results: Results): Promise<void> {
  await writeFile(resultsPath, `${JSON.stringify(results)}\n`);
}

/** Replaces the measured part of docs/benchmarks.md, and its picture. */
export async function renderPage(results: Results): Promise<void> {
  const path = join(docs, "benchmarks.md");
  const page = await readFile(path, "utf8");
  if (!page.includes(begin) || !page.includes(end)) throw new Error(`${path} does not contain ${begin} and ${end}`);
  const [before, after] = [page.split(begin)[0], page.split(end)[1]];
  await writeFile(path, `${before}${begin}\n\n${report(results)}\n\n${end}${after}`);
  await writeFile(join(docs, "images", "benchmarks.svg"), chart(results));
}
