/**
 * Writes test/cli/diff/previews again, with the real CLI:
 *
 * ```sh
 * node tools/run.mjs --build --pulumi node -r ts-node/register/transpile-only test/cli/diff/make-previews.ts
 * ```
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TestStack } from "../../support/stack";

const folder = join(__dirname, "previews");

const catalogImports = `
const { EntitlementCatalog } = require("pulumi-stripe-entitlements");
const { defineCatalog } = require("pulumi-stripe-entitlements/catalog");
`;

const catalogProgram = (catalog: string) => `${catalogImports}
const catalog = defineCatalog(${catalog});
const products = Object.fromEntries(catalog.planNames.map((plan) => [plan, "prod_" + plan]));
new EntitlementCatalog("acme", { catalog, products });
`;

const before = catalogProgram(`{
  features: {
    api: { name: "API access" },
    "audit-log": { name: "Audit log" },
    projects: { name: "Projects" },
    sso: { name: "Single sign-on", metadata: { team: "identity" } },
  },
  plans: { team: { features: ["api", "projects"] }, enterprise: { includes: ["team"], features: ["audit-log", "sso"] } },
}`);

const after = catalogProgram(`{
  features: {
    api: { name: "API access" },
    "activity-log": { name: "Audit log" },
    projects: { name: "Projects and folders" },
    scim: { name: "User provisioning" },
    sso: { name: "Single sign-on", metadata: { team: "security" } },
  },
  plans: { team: { features: ["projects"] }, enterprise: { includes: ["team"], features: ["activity-log", "scim", "sso"] } },
}`);

const plain = (lookupKey: string, more = "") => `
const sso = new Feature("sso", { lookupKey: "${lookupKey}", name: "Single sign-on" });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
${more}
`;

const scim = (more: string) => `
const scim = new Feature("scim", { lookupKey: "scim", name: "SCIM"${more} });
new ProductFeature("team-scim", { product: "prod_team", entitlementFeature: scim.id${more} });
`;

const kept = `
const audit = new Feature("audit", { lookupKey: "audit", name: "Audit log" }, { retainOnDelete: true });
new ProductFeature("enterprise-audit", { product: "prod_enterprise", entitlementFeature: audit.id }, { retainOnDelete: true });
`;

/** Properties that differ from run to run, name places of the machine, or take room. */
const leftOut = new Set("__provider,config,created,duration,modified,provider,sourcePosition,stackTrace".split(","));

async function save(stack: TestStack, name: string, ...args: readonly string[]): Promise<void> {
  const { stdout } = await stack.run(["preview", "--json", "--show-sames", ...args]);
  const preview: unknown = JSON.parse(stdout, (key, value: unknown) => (leftOut.has(key) ? undefined : value));
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(preview, null, 2)}\n`);
}

function featureIds({ dashboard }: TestStack): Readonly<Record<string, string>> {
  return Object.fromEntries(dashboard.features({ archived: false }).map(({ id, lookup_key }) => [lookup_key, id]));
}

async function makeCatalogPreviews(): Promise<void> {
  await using stack = await TestStack.start({ products: ["prod_team", "prod_enterprise"] });
  await stack.program(before);
  await save(stack, "first");
  await stack.up();
  await stack.program(after);
  await save(stack, "changed");
  await stack.program(before);
  const { api = "", projects = "", sso = "" } = featureIds(stack);
  stack.dashboard.archiveFeature(sso);
  stack.dashboard.detach("prod_team", projects);
  stack.dashboard.renameFeature(api, "API (beta)");
  await save(stack, "drift", "--refresh");
}

async function makePlainPreviews(): Promise<void> {
  await using stack = await TestStack.start({ products: ["prod_team", "prod_enterprise"] });
  await stack.up(plain("sso", kept));
  await stack.program(plain("single-sign-on"));
  await save(stack, "replaced");
  const { id } = stack.dashboard.createFeature({ lookupKey: "scim", name: "Made by hand" });
  stack.dashboard.attach("prod_team", id);
  await stack.program(plain("sso", scim("")));
  await save(stack, "rejected");
  await stack.program(plain("sso", scim(', adopt: "any"')));
  await save(stack, "adopted");
}

async function makeOtherPreview(): Promise<void> {
  await using stack = await TestStack.start();
  await stack.program(`new pulumi.ComponentResource("acme:index:Group", "group");`);
  await save(stack, "other");
}

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true });
  await makeCatalogPreviews();
  await makePlainPreviews();
  await makeOtherPreview();
}

void main();
