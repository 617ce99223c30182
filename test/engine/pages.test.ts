import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { timeout } from "../support/engine";
import { checkout, installedCopy } from "../support/installed-copy";

const exec = promisify(execFile);
const types = ["node", "mocha"];
const settings = { target: "es2023", module: "nodenext", strict: true, noEmit: true, types, skipLibCheck: true };

/** The texts of files by name. */
type Files = ReadonlyMap<string, string>;

/** Returns the code blocks of a page. The groups of `block` are the name of a file and its text. */
async function findBlocks(page: string, block: RegExp): Promise<Files> {
  const text = await readFile(join(checkout, page), "utf8");
  return new Map(Array.from(text.matchAll(block), ([, name = "", text = ""]) => [name, text]));
}

/**
 * Creates a folder with the files in the project that has the packed package.
 *
 * @param options compiler options. They have no effect when the files contain a tsconfig.json.
 */
async function createFolder(name: string, files: Files, options: object = {}): Promise<string> {
  const folder = join(await installedCopy(), name);
  await mkdir(folder);
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...settings, ...options } }));
  for (const [file, text] of files) await writeFile(join(folder, file), text);
  return folder;
}

/** Runs a tool of the project, and returns its output, also when it fails. */
async function run(folder: string, tool: readonly string[], args: readonly string[]): Promise<string> {
  const path = join(folder, "..", "node_modules", ...tool);
  const { stdout, stderr } = await exec(process.execPath, [path, ...args], { cwd: folder }).catch((failure) => failure);
  return `${stdout}${stderr}`;
}

const mocha = ["mocha", "bin", "mocha.js"];
const tsc = ["typescript", "bin", "tsc"];

describe("docs/testing.md", function () {
  this.timeout(timeout);

  it("shows files that compile, and whose tests pass with the packed package", async () => {
    const shown = await findBlocks("docs/testing.md", /^```ts\n\/\/ ([\w.-]+)\n(.*?)^```$/gms);
    assert.deepEqual([...shown.keys()], ["catalog.ts", "catalog.test.ts", "index.ts", "index.test.ts"]);
    const settings = await findBlocks("docs/testing.md", /^`(tsconfig\.json)`:\n\n```json\n(.*?)^```$/gms);
    assert.deepEqual([...settings.keys()], ["tsconfig.json"]);
    const files = new Map([...shown, ...settings]);
    const folder = await createFolder("testing-page", files);
    const output = await run(folder, mocha, ["--no-config", "--require", "ts-node/register", "*.test.ts"]);
    assert.match(output, /6 passing/);
    assert.doesNotMatch(output, /failing/);
  });
});

describe("skills/stripe-entitlements/SKILL.md", function () {
  this.timeout(timeout);

  it("shows files that compile with the settings that it shows", async () => {
    const page = "skills/stripe-entitlements/SKILL.md";
    const files = await findBlocks(page, /^```ts\n\/\/ ([\w.-]+)\n(.*?)^```$/gms);
    const settings = await findBlocks(page, /^`(tsconfig\.json)`:\n\n```json\n(.*?)^```$/gms);
    assert.equal(files.size, 6);
    const folder = await createFolder("skill", new Map([...files, ...settings]));
    assert.equal(await run(folder, tsc, ["--types", "node,mocha"]), "");
  });
});

describe("The catalog in README.md", function () {
  this.timeout(timeout);
  const readmeFiles = async () => {
    const files = await findBlocks("README.md", /^`(catalog|index|app)\.ts`:\n\n```ts\n(.*?)^```$/gms);
    const all = Array.from(files, ([name, text]) => [`${name}.ts`, text] as const);
    assert.equal(all.length, 3);
    return new Map<string, string>(all);
  };

  it("shows a catalog whose types a package can export", async () => {
    const files = new Map(await readmeFiles());
    files.set(
      "exports.ts",
      [
        `import { EntitlementCatalog } from "pulumi-stripe-entitlements";`,
        `import { type Catalog, parseCatalog, type PlanOf } from "pulumi-stripe-entitlements/catalog";`,
        `import { catalog } from "./catalog";`,
        `export const acme = new EntitlementCatalog("acme", { catalog, products: { team: "prod_1", enterprise: "prod_2" } });`,
        "export const { attachments, attachmentIds, features } = acme;",
        `export const enterprise = catalog.featuresOf("enterprise");`,
        "export const carried = (plan: PlanOf<typeof catalog>) => catalog.featuresOf(plan);",
        "export const carriedBy = <Plan extends PlanOf<typeof catalog>>(plan: Plan) => catalog.featuresOf(plan);",
        "export const entitled = () => catalog.entitlementsOf([]);",
        `export const parsed = parseCatalog({ features: { sso: { name: "x" } }, plans: { team: { features: ["sso"] } } });`,
        "export const parsedAs = <D>(declaration: D) => parseCatalog(declaration);",
        "export const attachmentsOf = <C extends Catalog>(c: EntitlementCatalog<C>) => c.attachments;",
        "export const sso = attachmentsOf(acme).enterprise.sso;",
      ].join("\n"),
    );
    const exported = { declaration: true, noEmit: false, outDir: "out" };
    assert.equal(await run(await createFolder("readme-exports", files, exported), tsc, ["-p", "."]), "");
  });

  it("shows the errors that the compiler prints for the mistakes in the text", async () => {
    const files = await readmeFiles();
    const change = (file: string, from: string, to: string) => {
      const text = files.get(file) ?? "";
      assert.ok(text.includes(from), `${file} does not contain ${from}`);
      files.set(file, text.replace(from, to));
    };
    change("catalog.ts", `features: ["sso"]`, `features: ["ssso"]`);
    change("index.ts", "{ catalog, products }", "{ catalog, products: { team: products.team } }");
    files.set("app.ts", `${files.get("app.ts")}void mayUse("cus_1", "audit_log");\n`);
    const printed = await run(await createFolder("readme-mistakes", files), tsc, ["-p", "."]);
    const readme = await readFile(join(checkout, "README.md"), "utf8");
    const shown = /```\n(catalog\.ts\(.*?)```/s.exec(readme)?.[1] ?? "";
    assert.deepEqual(printed.trim().split("\n").toSorted(), shown.trim().split("\n").toSorted());
  });
});
