import { appendFile } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf } from "../cli-error";
import { exitCodes } from "../exit-codes";
import type { Io } from "../io";
import { compareCatalogs } from "./compare-catalogs";
import { comparePreview } from "./compare-preview";
import { toJson } from "./json";
import { toMarkdown } from "./markdown";
import type { DiffOptions } from "./options";
import { readPreview } from "./preview-file";

/** Prints what changes. */
export async function runDiff(io: Io, { catalog, base, preview, id, exitCode, json }: DiffOptions): Promise<void> {
  const report =
    preview === undefined
      ? await compareCatalogs(io, catalog, base)
      : comparePreview(await readPreview(preview, io), preview);
  const markdown = toMarkdown(report, id);
  io.stdout.write(json === true ? toJson(report) : markdown);
  await writeJobSummary(io, markdown);
  if (exitCode === true && report.changes.isChanged) io.exitCode = exitCodes.different;
  if (report.notes.some(({ kind }) => kind === "failed")) io.exitCode = exitCodes.error;
}

/** Writes to the page of a GitHub Actions run. The result is printed already, so nothing fails. */
async function writeJobSummary({ env, cwd, stderr }: Io, markdown: string): Promise<void> {
  const file = env["GITHUB_STEP_SUMMARY"];
  if (!file) return;
  try {
    await appendFile(resolve(cwd, file), `${markdown}\n`);
  } catch (error) {
    stderr.write(`The file of GITHUB_STEP_SUMMARY was not written: ${messageOf(error)}\n`);
  }
}
