import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";

/**
 * Compares a text with a file. With `UPDATE_GOLDEN=1` in the environment, it writes the file
 * instead: read its changes before you commit them.
 */
export async function assertGolden(file: string, text: string): Promise<void> {
  if (process.env["UPDATE_GOLDEN"] === "1") await writeFile(file, text);
  assert.equal(text, await readFile(file, "utf8"), file);
}
