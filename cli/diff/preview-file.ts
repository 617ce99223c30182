import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { CliError, messageOf } from "../cli-error";
import type { Io } from "../io";

// The output of `pulumi preview --json`:
// https://github.com/pulumi/pulumi/blob/master/pkg/backend/display/json.go
const stateSchema = z.object({
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  retainOnDelete: z.boolean().optional(),
});
const stepSchema = z.object({
  op: z.string(),
  urn: z.string(),
  oldState: stateSchema.nullish(),
  newState: stateSchema.nullish(),
});
const previewSchema = z.object({
  steps: z.array(stepSchema),
  changeSummary: z.record(z.string(), z.number()).nullish(),
  diagnostics: z.array(z.object({ urn: z.string().optional(), message: z.string(), severity: z.string() })).nullish(),
});

export type Preview = z.infer<typeof previewSchema>;
export type Step = z.infer<typeof stepSchema>;
export type State = z.infer<typeof stateSchema>;

const makeIt = "Write it with `pulumi preview --json --show-sames > preview.json`.";

/**
 * Reads the output of `pulumi preview --json`.
 *
 * @param file a path, or `-` for standard input
 * @throws CliError that names the file
 */
export async function readPreview(file: string, io: Pick<Io, "cwd" | "stdin">): Promise<Preview> {
  const name = file === "-" ? "standard input" : file;
  if (file === "-" && io.stdin.isTTY === true) {
    throw new CliError("--preview - reads no preview from a terminal", `Pipe it to the command. ${makeIt}`);
  }
  const content = file === "-" ? await text(io.stdin) : await read(resolve(io.cwd, file), name);
  if (content.trim() === "") throw new CliError(`${name} is empty`, `Did the preview fail? ${makeIt}`);
  const parsed = previewSchema.safeParse(parse(content, name));
  if (parsed.success) return parsed.data;
  throw new CliError(`${name} is not the output of \`pulumi preview --json\`: ${issueOf(parsed.error)}`, makeIt);
}

async function read(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new CliError(`${name} cannot be read: ${isMissing ? "there is no such file" : messageOf(error)}`, makeIt);
  }
}

function parse(content: string, name: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new CliError(`${name} is not JSON, or cut off: ${messageOf(error)}`, makeIt);
  }
}

function issueOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  const path = issue?.path.join(".") ?? "";
  return path === "" ? "it is no object" : `${path} is wrong or missing`;
}
