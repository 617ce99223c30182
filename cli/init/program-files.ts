import { stringify } from "yaml";
import { z } from "zod";
import { CliError, messageOf } from "../cli-error";
import type { AccountDeclaration } from "./declaration";
import { jsonText, literal, type Plain } from "./source-text";

/** The name of the catalog's resource. It is a part of the markers. */
export const resourceName = "catalog";

/** The part of this package's package.json that a new project repeats. */
interface OwnManifest {
  readonly version: string;
  readonly peerDependencies: Readonly<Record<"@pulumi/pulumi", string>>;
}

const jsonFile = "entitlements.json";

const types = `
export type FeatureKey = FeatureKeyOf<typeof catalog>;
export type Plan = PlanOf<typeof catalog>;
`;

const index = `import { Config } from "@pulumi/pulumi";
import { EntitlementCatalog } from "pulumi-stripe-entitlements";
import { catalog, type Plan } from "./catalog";

// Pulumi.<stack>.yaml holds the id of each plan's product. Ids differ between accounts and modes.
const products = new Config().requireObject<Record<Plan, string>>("products");

export const { featureIds, attachmentIds } = new EntitlementCatalog("${resourceName}", { catalog, products });
`;

const tsconfig = `{
  "compilerOptions": {
    "target": "es2023",
    "module": "nodenext",
    "strict": true,
    "noEmit": true
  },
  "ts-node": { "transpileOnly": true },
  "files": ["index.ts"]
}
`;

/** The content of generated files by name. */
export type Files = Readonly<Record<string, string>>;

/** Returns the files that declare the account: the catalog and the program. */
export function programFiles(declaration: AccountDeclaration, format: "ts" | "json"): Files {
  const catalog = catalogOf(declaration);
  if (format === "ts") return { "catalog.ts": catalogModule(catalog), "index.ts": index };
  return {
    [jsonFile]: jsonText(catalog),
    "catalog.ts": jsonCatalogModule,
    "index.ts": index,
  };
}

/** Returns the other files of a project, which are needed once. */
export function projectFiles(project: string): Files {
  const { version, peerDependencies }: OwnManifest = require("pulumi-stripe-entitlements/package.json");
  // An existing package.json may name another program.
  const description = {
    name: project,
    description: "Features and plans in Stripe",
    runtime: "nodejs",
    main: "index.ts",
  };
  const manifest = {
    name: project,
    private: true,
    main: "index.ts",
    dependencies: {
      "@pulumi/pulumi": peerDependencies["@pulumi/pulumi"].replace(">=", "^"),
      "pulumi-stripe-entitlements": `^${version}`,
    },
    devDependencies: { "ts-node": "^10.9.2", typescript: "^6.0.0" },
  };
  return {
    "Pulumi.yaml": stringify(description),
    "package.json": jsonText(manifest),
    "tsconfig.json": tsconfig,
  };
}

function catalogOf({ features, plans }: AccountDeclaration) {
  return {
    features: Object.fromEntries(
      features.map(({ feature: { lookupKey }, declaration: { name, metadata } }) => [
        lookupKey,
        metadata === undefined ? { name } : { name, metadata },
      ]),
    ),
    plans: Object.fromEntries(
      plans.map(({ plan, product }) => [
        plan,
        { features: product.attachments.map(({ feature }) => feature.lookupKey) },
      ]),
    ),
  } satisfies Plain;
}

function catalogModule(catalog: Plain): string {
  return `import { defineCatalog, type FeatureKeyOf, type PlanOf } from "pulumi-stripe-entitlements/catalog";

/** The features by lookup key, and the plans with the features of their products. */
export const catalog = defineCatalog(${literal(catalog)});
${types}`;
}

// Not catalog.json: an import of "./catalog" would find it.
const jsonCatalogModule = `import { type FeatureKeyOf, parseCatalog, type PlanOf } from "pulumi-stripe-entitlements/catalog";
import declaration from "./${jsonFile}";

/** The features by lookup key, and the plans with the features of their products. */
export const catalog = parseCatalog(declaration);
${types}`;

const manifestSchema = z.looseObject({
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
});

/** The packages that a program needs, as arguments of `npm install`. */
const packages = {
  "@pulumi/pulumi": "@pulumi/pulumi",
  "pulumi-stripe-entitlements": "pulumi-stripe-entitlements",
  "ts-node": "ts-node",
  typescript: "typescript@6",
} as const;

/**
 * Returns the packages that an existing package.json lacks, as arguments of `npm install`.
 *
 * @throws CliError that names the file, when it is not JSON
 */
export function missingPackages(file: string, text: string): readonly string[] {
  const manifest = manifestSchema.safeParse(parseManifest(file, text)).data;
  const known = { ...manifest?.dependencies, ...manifest?.devDependencies };
  return Object.entries(packages)
    .filter(([name]) => !Object.hasOwn(known, name))
    .map(([, argument]) => argument);
}

function parseManifest(file: string, text: string): unknown {
  try {
    // Editors on Windows may write a byte order mark, which npm accepts.
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new CliError(`${file} is not JSON: ${messageOf(error)}`, "Correct the file.");
  }
}
