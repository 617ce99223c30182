import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tools } from "./support/package-managers";
import { type Program, product } from "./support/program";
import {
  installWithNpm,
  installWithPnpm,
  manifest,
  packageName,
  programManifest,
  pulumiDependencies,
  type SetUp,
} from "./support/set-up";
import { testFailure, testSetUp } from "./support/test-set-up";

const catalog = (name: string) => `
import { defineCatalog } from "${packageName}/catalog";
export const catalog = defineCatalog({
  features: { sso: { name: "${name}", metadata: { team: "identity" } } },
  plans: { team: { features: ["sso"] } },
});
`;

const program = `
import { Feature, ProductFeature } from "${packageName}";
import { catalog } from "catalog";
const sso = new Feature("sso", { lookupKey: "sso", ...catalog.features.sso });
new ProductFeature("team-sso", { product: "${product}", entitlementFeature: sso.id });
`;

/** The catalog is a package of its own, as TypeScript, and the Pulumi project imports it. */
const packages = (packed: string, version: string) => ({
  "packages/catalog/package.json": manifest("catalog", {
    main: "catalog.ts",
    dependencies: { [packageName]: `file:${packed}` },
  }),
  "packages/catalog/catalog.ts": catalog("SSO"),
  "packages/infra/package.json": programManifest(`file:${packed}`, {
    dependencies: { ...pulumiDependencies, [packageName]: `file:${packed}`, catalog: version },
  }),
});

const npmWorkspace = (name: string, rest: Partial<SetUp>): SetUp => ({
  name: `npm workspace, catalog in another package, ${name}`,
  files: (packed) => ({
    "package.json": manifest("workspace", { workspaces: ["packages/*"] }),
    ...packages(packed, "*"),
  }),
  project: "packages/infra",
  install: installWithNpm,
  ...rest,
});

async function write({ installation }: Program, name: string): Promise<void> {
  await writeFile(join(installation.folder, "packages", "catalog", "catalog.ts"), catalog(name));
  await writeFile(join(installation.project, "index.ts"), program);
}

const rootDir = { compilerOptions: { rootDir: "../.." } };

testFailure(
  npmWorkspace("without `rootDir`", {}),
  "TypeScript 6 asks for `rootDir`",
  /error TS5011: .* The 'rootDir' setting must be explicitly set/,
  program,
);
testSetUp(npmWorkspace('`"rootDir": "../.."`', { tsconfig: rootDir }), write);
testSetUp(npmWorkspace("TypeScript by Node.js itself", { runtimeOptions: { typescript: false } }), write);
testSetUp(
  {
    ...npmWorkspace("", { tsconfig: rootDir }),
    name: 'pnpm workspace, catalog in another package, `"rootDir": "../.."`',
    files: (packed) => ({
      "package.json": manifest("workspace", {}),
      "pnpm-workspace.yaml": "packages: [packages/*]\n",
      ...packages(packed, "workspace:*"),
    }),
    install: installWithPnpm(tools.pnpm12),
  },
  write,
);
