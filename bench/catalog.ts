/**
 * Measures how much longer `tsc` takes for a catalog, and how long a program takes to load the
 * package. Each figure is a ratio measured in one run, with the packed package in a project of its
 * own. Run it with `npm run bench:catalog`.
 */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { installedCopy } from "../test/support/installed-copy";
import { timeLoading } from "./loading";
import { type Comparison, compare } from "./statistics";

const exec = promisify(execFile);
const size = { features: 200, plans: 20 };
const compilations = 7;

const catalogImport = `import { defineCatalog, type FeatureKeyOf } from "pulumi-stripe-entitlements/catalog";\n`;
const componentImport = `import { EntitlementCatalog } from "pulumi-stripe-entitlements";\n`;
const emptyApplication = "export { defineCatalog };\nexport type Any = FeatureKeyOf<never>;\n";

/**
 * An application, and a Pulumi program with its application, each without and with a declaration.
 */
const programs = {
  application: { empty: catalogImport + emptyApplication, declared: catalogImport + application() },
  program: {
    empty: `${componentImport}${catalogImport}export { EntitlementCatalog };\n${emptyApplication}`,
    declared: componentImport + catalogImport + application() + resources(),
  },
};

/**
 * Returns a catalog in which each plan has features of its own and includes the two plans before
 * it.
 */
function application(): string {
  const perPlan = size.features / size.plans;
  const keys = Array.from({ length: size.features }, (_, n) => `feature-${n}`);
  const plans = Array.from({ length: size.plans }, (_, n) => ({
    features: keys.slice(n * perPlan, (n + 1) * perPlan),
    includes: [n - 1, n - 2].filter((before) => before >= 0).map((before) => `plan-${before}`),
  }));
  const features = Object.fromEntries(
    keys.map((key, n) => [key, { name: `Feature ${n}`, metadata: { number: `${n}` } }]),
  );
  const declaration = { features, plans: Object.fromEntries(plans.map((plan, n) => [`plan-${n}`, plan])) };
  return `
export const catalog = defineCatalog(${JSON.stringify(declaration, undefined, 2)});
export type FeatureKey = FeatureKeyOf<typeof catalog>;
export const last: FeatureKeyOf<typeof catalog, "plan-${size.plans - 1}"> = "feature-0";
${keys.map((key, n) => `export const may${n} = catalog.entitlementsOf([]).has("${key}");`).join("\n")}
`;
}

function resources(): string {
  const products = Object.fromEntries(Array.from({ length: size.plans }, (_, n) => [`plan-${n}`, `prod_${n}`]));
  return `
const { features, attachments } = new EntitlementCatalog("acme", { catalog, products: ${JSON.stringify(products)} });
export const id = attachments["plan-1"]["feature-0"].id;
export const name = features["feature-199"].name;
`;
}

// Without `skipLibCheck`, the check of all libraries takes most of the time and hides the cost of
// the catalog.
const settings = { target: "es2023", module: "nodenext", strict: true, noEmit: true, types: [], skipLibCheck: true };

async function writeProgram(project: string, name: string, text: string): Promise<string> {
  const directory = join(project, name);
  await mkdir(directory);
  await writeFile(join(directory, "index.ts"), text);
  await writeFile(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions: settings, files: ["index.ts"] }));
  return directory;
}

/** Compiles the program and returns the milliseconds that `tsc` takes. */
async function compile(project: string, directory: string): Promise<number> {
  const started = performance.now();
  await exec(process.execPath, [join(project, "node_modules", "typescript", "bin", "tsc"), "-p", directory]);
  return performance.now() - started;
}

/**
 * Compiles the program without and with the declaration in turn, so that both run under the same
 * load.
 */
async function compileBoth(project: string, name: keyof typeof programs) {
  const empty = await writeProgram(project, `${name}-empty`, programs[name].empty);
  const declared = await writeProgram(project, name, programs[name].declared);
  const times: { ours: number; other: number }[] = [];
  for (let n = 0; n < compilations; n += 1) {
    times.push({ other: await compile(project, empty), ours: await compile(project, declared) });
  }
  return row(compare(times));
}

async function main(): Promise<void> {
  const project = await installedCopy();
  const declaration = `${size.features} features and ${size.plans} plans against an empty one`;
  const application = await compileBoth(project, "application");
  const program = await compileBoth(project, "program");
  console.table({
    [`tsc of an application with ${declaration}, ms`]: application,
    [`tsc of a Pulumi program with ${declaration}, ms`]: program,
    "require of the package against that of @pulumi/pulumi, ms": row(await timeLoading()),
  });
}

function row({ ours, other, ratio }: Comparison) {
  return { ours: ours.toFixed(1), other: other.toFixed(1), ratio: ratio.toFixed(3) };
}

void main();
