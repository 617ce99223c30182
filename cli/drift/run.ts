import { connect } from "../account/connection";
import { type AccountContent, readAccount } from "../account/read-account";
import { loadCatalog } from "../catalog/load-catalog";
import { CliError } from "../cli-error";
import { exitCodes } from "../exit-codes";
import type { Io } from "../io";
import { paintFor } from "../output/colors";
import { assertProductForEachPlan } from "../products/plan-products";
import { readProductsFile, readStackConfig, readStackProducts, textOf } from "../products/read-products";
import { Progress } from "../progress";
import { type Declared, findDrift } from "./compare";
import { countDifferences } from "./drift";
import { matcherOf } from "./ignore";
import type { DriftOptions } from "./options";
import { jsonReport, markdownReport, type Result, tableReport } from "./report";

/** Compares the catalog with the account. Exit code 2 if there are differences. */
export async function runDrift(io: Io, options: DriftOptions): Promise<void> {
  // Mistakes in the files are reported before anything is sent.
  const declared = await readDeclared(io, options);
  const content = await readContent(io, options, declared);
  const drift = findDrift(declared, content, matcherOf(options.ignore));
  const result: Result = { catalog: options.catalog, content, drift };
  if (countDifferences(drift) > 0) io.exitCode = exitCodes.different;
  io.stdout.write(reportOf(io, options, result));
}

async function readDeclared(io: Io, options: DriftOptions): Promise<Declared> {
  const { file, read } = productsSource(options);
  const products = await read(file, io);
  const catalog = await loadCatalog(options.catalog, io);
  assertProductForEachPlan(file, catalog, products);
  return { catalog, products };
}

function productsSource({ products, stackConfig }: DriftOptions) {
  if (products !== undefined) return { file: products, read: readProductsFile };
  if (stackConfig !== undefined) return { file: stackConfig, read: readStackProducts };
  throw new CliError(
    "the products of the plans are unknown",
    "Give the configuration of a stack with --stack-config Pulumi.<stack>.yaml, or a JSON file with --products.",
  );
}

async function readContent(
  io: Io,
  { apiKeyStdin, live, plansOnly, stackConfig }: DriftOptions,
  { products }: Declared,
): Promise<AccountContent> {
  const config = stackConfig === undefined ? {} : await readStackConfig(stackConfig, io);
  const configuration = (key: string) => textOf(config[`stripe-entitlements:${key}`]);
  const connection = await connect(io, { apiKeyStdin, live: live === true, configuration });
  const ofPlans = new Set(Object.values(products));
  using progress = new Progress(io.stderr);
  const isWanted = ({ id, active }: { id: string; active: boolean }) =>
    ofPlans.has(id) || (active && plansOnly !== true);
  return await readAccount(connection, progress, { isWanted });
}

function reportOf(io: Io, { json, markdown }: DriftOptions, result: Result): string {
  if (json === true) return jsonReport(result);
  return markdown === true ? markdownReport(result) : tableReport(result, paintFor(io.stdout, io));
}
