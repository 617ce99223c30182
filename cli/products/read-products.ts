import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { CliError, messageOf } from "../cli-error";
import type { Io } from "../io";

/** The product id of each plan, `prod_…`, by the plan's name. */
export type PlanProducts = Readonly<Record<string, string>>;

/** The products as a file holds them. */
export const productsSchema = z.record(z.string(), z.string().min(1));
const projectSchema = z.looseObject({ name: z.string().min(1) });
const stackSchema = z.looseObject({ config: z.looseObject({}).nullish() });

/** The key of the products in a project's configuration, without the namespace. */
export const productsKey = "products";

/**
 * Reads the products from a JSON file: an object with the product id of each plan.
 *
 * @throws CliError that names the file
 */
export async function readProductsFile(file: string, io: Pick<Io, "cwd">): Promise<PlanProducts> {
  const parsed = productsSchema.safeParse(await readParsed(file, io, JSON.parse));
  if (parsed.success) return parsed.data;
  throw new CliError(`${file} is not a map of products`, 'Write an object with plans and ids: { "team": "prod_…" }.');
}

/**
 * Reads the products from the configuration of a stack, `Pulumi.<stack>.yaml`, as `init` writes
 * them: the key `<project>:products`. The project's name is in the `Pulumi.yaml` beside it.
 *
 * @throws CliError that names the file
 */
export async function readStackProducts(file: string, io: Pick<Io, "cwd">): Promise<PlanProducts> {
  const projectFile = join(dirname(file), "Pulumi.yaml");
  const project = await readProjectName(projectFile, io);
  const key = `${project}:${productsKey}`;
  const parsed = productsSchema.safeParse((await readStackConfig(file, io))[key]);
  if (parsed.success) return parsed.data;
  throw new CliError(
    `${file} has no map of products at config, ${key}`,
    `Write one with \`pulumi config set --path '${key}.<plan>' prod_…\`, or give a JSON file with --products.`,
  );
}

/**
 * Reads the configuration of a stack from `Pulumi.<stack>.yaml`: a value for each key with its
 * namespace. A secret is an object.
 *
 * @throws CliError that names the file, when it cannot be read
 */
export async function readStackConfig(file: string, io: Pick<Io, "cwd">): Promise<Readonly<Record<string, unknown>>> {
  const hint = "Check the path. `stripe-entitlements init --products-only` writes the products of a stack.";
  const stack = stackSchema.safeParse((await readParsed(file, io, parse, hint)) ?? {});
  return stack.data?.config ?? {};
}

/** Returns a value of {@link readStackConfig} as text. Undefined for a secret and for an object. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "object" || value === undefined ? undefined : String(value);
}

/**
 * Reads the name of a project from its `Pulumi.yaml`.
 *
 * @throws CliError that names the file
 */
export async function readProjectName(file: string, io: Pick<Io, "cwd">): Promise<string> {
  const parsed = projectSchema.safeParse(await readParsed(file, io, parse));
  if (parsed.success) return parsed.data.name;
  throw new CliError(`${file} has no name of a project`, `Correct the file ${basename(file)}.`);
}

async function readParsed(
  file: string,
  { cwd }: Pick<Io, "cwd">,
  parseText: (text: string) => unknown,
  hint = "Check the path.",
) {
  const text = await readFile(resolve(cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "ENOENT" ? "there is no such file" : error.message;
    throw new CliError(`${file} cannot be read: ${why}`, hint);
  });
  try {
    return parseText(text);
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${messageOf(error)}`, "Correct the file.");
  }
}
