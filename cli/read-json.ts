import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { InputError, parse } from "../emulator/input/parse";

/**
 * Reads a JSON file and checks its content.
 *
 * @throws an error that names the file and the place in it.
 */
export async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`Cannot read ${file}: ${error.code === "ENOENT" ? "there is no such file" : error.message}.`);
  });
  try {
    return parse(schema, JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`${file} is not JSON: ${error.message}.`);
    if (error instanceof InputError) throw new Error(`${file}: ${error.message}.`);
    throw error;
  }
}
