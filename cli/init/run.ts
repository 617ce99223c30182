import { basename, join } from "node:path";
import { connect } from "../account/connection";
import { countsOf, headline } from "../account/headline";
import { type AccountContent, readAccount } from "../account/read-account";
import { loadCatalog } from "../catalog/load-catalog";
import { CliError } from "../cli-error";
import { exitCodes } from "../exit-codes";
import { writeFiles } from "../files/write-files";
import type { Io } from "../io";
import { readProjectName, readStackProducts } from "../products/read-products";
import { printable } from "../output/plain";
import { Progress } from "../progress";
import { findMissing, missingLines } from "./check";
import { type AccountDeclaration, declare, productsOf } from "./declaration";
import { importFile } from "./import-file";
import type { InitOptions } from "./options";
import { missingPackages, programFiles, projectFiles } from "./program-files";
import {
  fileLines,
  leftOutLines,
  nextCommands,
  type OtherStack,
  otherStacks,
  sharedNameLines,
} from "./report";
import { stackFile } from "./stack-file";
import { stackFileName, type Target, Targets } from "./targets";

const defaultProject = "entitlements";

/** Reads the account, and writes a program for it or compares it with a catalog. */
export async function runInit(io: Io, options: InitOptions): Promise<void> {
  const content = await readContent(io, options);
  if (options.json !== true) print(io, [headline(content)]);
  const declaration = declare(content, options.planKey);
  await (options.check === true ? check : write)(io, options, content, declaration);
}

async function readContent(io: Io, options: InitOptions): Promise<AccountContent> {
  const connection = await connect(io, { apiKeyStdin: options.apiKeyStdin, live: options.live === true });
  using progress = new Progress(io.stderr);
  // Awaited here, because the progress ends with this function.
  return await readAccount(connection, progress, {
    isWanted: ({ active }) => active || options.archivedProducts === true,
    archivedFeatures: options.check !== true,
  });
}

async function check(io: Io, options: InitOptions, content: AccountContent, declaration: AccountDeclaration) {
  const file = options.catalog ?? join(options.out, "catalog.ts");
  const catalog = await loadCatalog(file, io);
  const products = await readStackProducts(join(options.out, stackFileName(stackOf(options, content))), io);
  const missing = findMissing(declaration, catalog, products);
  const lines = missingLines(missing);
  if (lines.length > 0) io.exitCode = exitCodes.different;
  if (options.json === true) {
    printJson(io, { account: content.account, mode: content.mode, counts: countsOf(content), missing });
    return;
  }
  if (lines.length === 0) print(io, [`${file} declares all of them.`]);
  else printList(io, `Missing in ${file}`, lines);
}

async function write(io: Io, options: InitOptions, content: AccountContent, declaration: AccountDeclaration) {
  const project = await projectOf(io, options);
  const stack = stackOf(options, content);
  const targets = await targetsOf(io, { ...options, project, stack }, content, declaration);
  writeFiles(targets.filter(({ action }) => action !== "unchanged" && action !== "kept"));
  const manifest = targets.find(({ path }) => basename(path) === "package.json")?.text ?? "";
  const next = nextCommands(options, stack, missingPackages(manifest));
  const others = otherStacks(declaration, `${project}/${basename(stack)}`);
  if (options.json !== true) return printResult(io, declaration, targets, others, next);
  const { account, mode } = content;
  const files = targets.map(({ file, action }) => ({ file, action }));
  const { leftOut } = declaration;
  printJson(io, { account, mode, counts: countsOf(content), files, leftOut, otherStacks: others, next });
}

function printResult(
  io: Io,
  declaration: AccountDeclaration,
  targets: readonly Target[],
  others: readonly OtherStack[],
  next: readonly string[],
): void {
  printList(io, "Files", fileLines(targets));
  printList(io, "Left out", leftOutLines(declaration.leftOut));
  printList(io, "Plans of products that share a name", sharedNameLines(declaration));
  printList(
    io,
    "Features that another stack manages. `pulumi up` rejects them unless adopt is any",
    others.map(({ features, stack }) => `${features} of ${printable(stack)}`),
  );
  printList(io, "Next", next);
}

/** Decides which files are written. */
async function targetsOf(
  io: Io,
  options: InitOptions & { readonly project: string; readonly stack: string },
  content: AccountContent,
  declaration: AccountDeclaration,
): Promise<readonly Target[]> {
  const { force, format, importFile: imports, out, project, stack } = options;
  const targets = new Targets(io, force === true);
  await targets.addOwned(out, programFiles(declaration, format));
  await targets.addMissing(out, projectFiles(project));
  const file = join(out, stackFileName(stack));
  const old = await targets.read(file);
  const { account, mode } = content;
  targets.addStackFile(file, old, stackFile(file, old, { project, account, mode, products: productsOf(declaration) }));
  if (imports !== undefined) await targets.addOwned("", { [imports]: importFile(declaration) });
  return targets.checked();
}

/** Returns the name of the project: that of an existing one, or the given one. */
async function projectOf(io: Io, { out, project }: InitOptions): Promise<string> {
  const file = join(out, "Pulumi.yaml");
  const exists = (await new Targets(io, false).read(file)) !== undefined;
  const existing = exists ? await readProjectName(file, io) : undefined;
  if (existing !== undefined && project !== undefined && existing !== project) {
    throw new CliError(`${file} has the project "${existing}", not "${project}"`, "Leave out --project.");
  }
  return existing ?? project ?? defaultProject;
}

function stackOf({ stack }: InitOptions, { mode }: AccountContent): string {
  if (stack !== undefined) return stack;
  if (mode !== undefined) return mode;
  throw new CliError("the mode of the key is unknown, so there is no default for the stack", "Give it with --stack.");
}

function print(io: Io, lines: readonly string[]): void {
  io.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

function printList(io: Io, title: string, lines: readonly string[]): void {
  if (lines.length > 0) print(io, ["", `${title}:`, ...lines.map((line) => `  ${line}`)]);
}

function printJson(io: Io, value: object): void {
  print(io, [JSON.stringify(value, undefined, 2)]);
}
