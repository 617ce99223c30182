import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { CliError, messageOf } from "../cli-error";

/** A Pulumi project on this machine. */
export interface Project {
  readonly file: string;
  readonly name: string;
  /** The folder that Pulumi runs the program in, and loads the provider from. */
  readonly programFolder: string;
  /** The file of `main`. Undefined where it is a folder, or not set. */
  readonly mainFile: string | undefined;
  readonly runtime: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly stacks: readonly Stack[];
}

/** A stack with a configuration file. */
export interface Stack {
  readonly name: string;
  readonly file: string;
  /** The values by key with namespace, those that the project sets for all stacks too. */
  readonly config: Readonly<Record<string, unknown>>;
}

const configSchema = z.record(z.string(), z.unknown()).nullish();
const runtimeSchema = z.union([
  z.string().transform((name) => ({ name, options: undefined })),
  z.looseObject({ name: z.string(), options: configSchema }),
]);
const projectSchema = z.looseObject({
  name: z.string(),
  main: z.string().optional(),
  runtime: runtimeSchema,
  config: configSchema,
});
const stackSchema = z.looseObject({ config: configSchema }).nullish();

/**
 * Reads the project of the folder, or of the nearest one above. Undefined without one.
 *
 * @throws CliError when a file cannot be read
 */
export function readProject(folder: string): Project | undefined {
  const file = findProjectFile(folder);
  if (file === undefined) return undefined;
  const { name, main, runtime, config } = readYaml(file, projectSchema);
  const target = resolve(dirname(file), main ?? ".");
  const isFolder = !existsSync(target) || statSync(target).isDirectory();
  return {
    file,
    name,
    programFolder: isFolder ? target : dirname(target),
    mainFile: isFolder ? undefined : target,
    runtime: runtime.name,
    options: runtime.options ?? {},
    stacks: readStacks(dirname(file), projectConfig(config ?? {}, name)),
  };
}

function findProjectFile(folder: string): string | undefined {
  const found = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(folder, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  return dirname(folder) === folder ? undefined : findProjectFile(dirname(folder));
}

/** Returns the values that a project sets for all stacks. An entry may be a value or a schema. */
function projectConfig(config: Readonly<Record<string, unknown>>, project: string): Readonly<Record<string, unknown>> {
  const entries = Object.entries(config).map(([key, entry]) => {
    const value = z.object({ value: z.unknown() }).safeParse(entry).data ?? {
      value: z.object({}).safeParse(entry).success ? undefined : entry,
    };
    return [key.includes(":") ? key : `${project}:${key}`, value.value] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function readStacks(folder: string, common: Readonly<Record<string, unknown>>): readonly Stack[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) => {
      const stack = /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1];
      if (stack === undefined) return [];
      const file = join(folder, name);
      return [{ name: stack, file, config: { ...common, ...readYaml(file, stackSchema)?.config } }];
    });
}

function readYaml<T>(file: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(parse(readFileSync(file, "utf8")));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const reason = issue === undefined ? messageOf(error) : `${issue.path.join(".")}: ${issue.message}`;
    throw new CliError(`${basename(file)} cannot be read: ${reason}`, "Correct the file.");
  }
}
