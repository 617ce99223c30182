import { basename, join, resolve } from "node:path";
import { connect } from "../account/connection";
import { countsOf, headline } from "../account/headline";
import { type AccountContent, readAccount } from "../account/read-account";
import { loadCatalog } from "../catalog/load-catalog";
import { CliError } from "../cli-error";
import { exitCodes } from "../exit-codes";
import { writeFiles } from "../files/write-files";
import type { Io } from "../io";
import { printable } from "../output/plain";
import { type PlanProducts, readProjectName, readStackProducts } from "../products/read-products";
import { Progress } from "../progress";
import { findMissing, missingLines } from "./check";
import { type AccountDeclaration, declare, productsForPlans, productsOf } from "./declaration";
import { importFile } from "./import-file";
import { optionsForJsonImport } from "./json-import";
import type { InitOptions } from "./options";
import { missingPackages, programFiles, projectFiles } from "./program-files";
import {
  fileLines,
  leftOutLines,
  nextCommands,
  type OtherStack,
  otherStacks,
  productCommand,
  sharedNameLines,
} from "./report";
import { productsIn, stackFile } from "./stack-file";
import { stackFileName, type Target, Targets } from "./targets";

const defaultProject = "entitlements";

/** The options, with the project and the stack that they lead to. */
type ProjectOptions = InitOptions & { readonly project: string; readonly stack: string };

/** Reads the account, and writes a program for it or compares it with a catalog. */
export async function runInit(io: Io, options: InitOptions): Promise<void> {
  const content = await readContent(io, options);
  if (options.json !== true) print(io, [headline(content)]);
  const declaration = declare(content, options.planKey);
  const action = options.check === true ? check : options.productsOnly === true ? writeProducts : write;
  await action(io, options, content, declaration);
}

async function readContent(io: Io, options: InitOptions): Promise<AccountContent> {
  const connection = await connect(io, { apiKeyStdin: options.apiKeyStdin, live: options.live === true });
  using progress = new Progress(io.stderr);
  // Awaited here, because the progress ends with this function.
  return await readAccount(connection, progress, {
    isWanted: ({ active }) => active || options.archivedProducts === true,
    archivedFeatures: options.check !== true && options.productsOnly !== true,
  });
}

async function check(io: Io, options: InitOptions, content: AccountContent, declaration: AccountDeclaration) {
  const file = catalogFile(options);
  const catalog = await loadCatalog(file, io);
  const products = await readStackProducts(join(options.out, stackFileName(stackOf(options, content))), io);
  const missing = findMissing(declaration, catalog, products);
  const { leftOut } = declaration;
  const lines = missingLines(missing);
  if (lines.length > 0) io.exitCode = exitCodes.different;
  if (options.json === true) {
    printJson(io, { account: content.account, mode: content.mode, counts: countsOf(content), missing, leftOut });
    return;
  }
  printList(io, "Left out", leftOutLines(leftOut));
  if (lines.length === 0) print(io, ["", `${file} declares all that a program can declare.`]);
  else printList(io, `Missing in ${file}`, lines);
}

async function write(io: Io, options: InitOptions, content: AccountContent, declaration: AccountDeclaration) {
  const project = await projectOf(io, options);
  const stack = stackOf(options, content);
  const targets = await targetsOf(io, { ...options, project, stack }, content, declaration);
  const manifest = targets.find(({ path }) => basename(path) === "package.json");
  const packages = manifest === undefined ? [] : missingPackages(manifest.file, manifest.text);
  writeFiles(targets.filter(({ action }) => action !== "unchanged" && action !== "kept"));
  const needed = options.format === "json" ? optionsForJsonImport(resolve(io.cwd, options.out, "tsconfig.json")) : [];
  const next = nextCommands(options, stack, packages);
  const others = otherStacks(declaration, `${project}/${basename(stack)}`);
  if (options.json !== true) return printResult(io, declaration, targets, needed, others, next);
  const { account, mode } = content;
  const files = targets.map(({ file, action }) => ({ file, action }));
  const { leftOut } = declaration;
  printJson(io, {
    account,
    mode,
    counts: countsOf(content),
    files,
    compilerOptions: needed,
    leftOut,
    otherStacks: others,
    next,
  });
}

/** Writes only the file of a stack, for a catalog that exists. */
async function writeProducts(io: Io, options: InitOptions, content: AccountContent, declaration: AccountDeclaration) {
  const { planNames } = await loadCatalog(catalogFile(options), io);
  const project = await projectOf(io, options);
  const stack = stackOf(options, content);
  const found = productsForPlans(planNames, declaration, content, options.planKey);
  const { targets, products } = await stackTargets(io, { ...options, project, stack }, content, found);
  writeFiles(targets.filter(({ action }) => action !== "unchanged"));
  const withoutProduct = planNames.filter((plan) => !Object.hasOwn(products, plan));
  if (withoutProduct.length > 0) io.exitCode = exitCodes.different;
  const settings = withoutProduct.map((plan) => productCommand(project, plan));
  const next = nextCommands(options, stack, [], settings);
  if (options.json === true) {
    const files = targets.map(({ file, action }) => ({ file, action }));
    const { account, mode } = content;
    printJson(io, { account, mode, counts: countsOf(content), files, withoutProduct, next });
    return;
  }
  printList(io, "Files", fileLines(targets));
  printList(io, "Plans without a product of their name", withoutProduct.map(printable));
  printList(io, "Next", next);
}

/** Adds products to the file of a stack. Those that it has stay, and their order. */
async function stackTargets(
  io: Io,
  { force, out, project, stack }: ProjectOptions,
  { account, mode }: AccountContent,
  found: PlanProducts,
): Promise<{ readonly targets: readonly Target[]; readonly products: PlanProducts }> {
  const targets = new Targets(io, force === true);
  const file = join(out, stackFileName(stack));
  const old = await targets.read(file);
  const known = productsIn(file, old, project);
  const products = { ...known, ...found, ...known };
  targets.addStackFile(file, old, stackFile(file, old, { project, account, mode, products }));
  return { targets: targets.checked(), products };
}

function printResult(
  io: Io,
  declaration: AccountDeclaration,
  targets: readonly Target[],
  needed: readonly string[],
  others: readonly OtherStack[],
  next: readonly string[],
): void {
  printList(io, "Files", fileLines(targets));
  printList(
    io,
    "Set in the compilerOptions of tsconfig.json, so that catalog.ts can import JSON",
    needed.map((option) => `"${option}": true`),
  );
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
  options: ProjectOptions,
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

const catalogFile = ({ catalog, out }: InitOptions) => catalog ?? join(out, "catalog.ts");

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
