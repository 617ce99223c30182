import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { patience } from "../support/engine";
import { checkout, installedCopy } from "../support/installed-copy";

const exec = promisify(execFile);
const types = ["node", "mocha"];
const settings = { target: "es2023", module: "nodenext", strict: true, noEmit: true, types, skipLibCheck: true };

/** The texts of files, by name. */
type Files = ReadonlyMap<string, string>;

async function blocksOf(page: string, block: RegExp): Promise<Files> {
  const text = await readFile(join(checkout, page), "utf8");
  return new Map(Array.from(text.matchAll(block), ([, name = "", text = ""]) => [name, text]));
}

/** A folder with the files beside the packed package, with settings for the compiler unless the files bring their own. */
async function folderWith(name: string, files: Files, changed: object = {}): Promise<string> {
  const folder = join(await installedCopy(), name);
  await mkdir(folder);
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...settings, ...changed } }));
  for (const [file, text] of files) await writeFile(join(folder, file), text);
  return folder;
}

/** What a tool of the project prints, however it ends. */
async function run(folder: string, tool: readonly string[], args: readonly string[]): Promise<string> {
  const path = join(folder, "..", "node_modules", ...tool);
  const { stdout, stderr } = await exec(process.execPath, [path, ...args], { cwd: folder }).catch((failure) => failure);
  return `${stdout}${stderr}`;
}

const mocha = ["mocha", "bin", "mocha.js"];
const tsc = ["typescript", "bin", "tsc"];

describe("The page on testing", function () {
  this.timeout(patience);

  it("shows files that pass as they are written, types and all, with the packed package", async () => {
    const shown = await blocksOf("docs/testing.md", /^```ts\n\/\/ ([\w.-]+)\n(.*?)^```$/gms);
    assert.deepEqual([...shown.keys()], ["catalog.ts", "catalog.test.ts", "index.ts", "index.test.ts"]);
    const settings = await blocksOf("docs/testing.md", /^`(tsconfig\.json)`:\n\n```json\n(.*?)^```$/gms);
    assert.deepEqual([...settings.keys()], ["tsconfig.json"]);
    const files = new Map([...shown, ...settings]);
    const folder = await folderWith("testing-page", files);
    const output = await run(folder, mocha, ["--no-config", "--require", "ts-node/register", "*.test.ts"]);
    assert.match(output, /6 passing/);
    assert.doesNotMatch(output, /failing/);
  });
});

describe("The README on the catalog", function () {
  this.timeout(patience);
  const filesOfReadme = async () => {
    const files = await blocksOf("README.md", /^`(catalog|index|app)\.ts`:\n\n```ts\n(.*?)^```$/gms);
    const all = Array.from(files, ([name, text]) => [`${name}.ts`, text] as const);
    assert.equal(all.length, 3);
    return new Map<string, string>(all);
  };

  it("shows files that compile as they are written", async () => {
    assert.equal(await run(await folderWith("readme", await filesOfReadme()), tsc, ["-p", "."]), "");
  });

  it("shows a catalog that a package can export, with all that it is asked", async () => {
    const files = new Map(await filesOfReadme());
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
    assert.equal(await run(await folderWith("readme-exports", files, exported), tsc, ["-p", "."]), "");
  });

  it("shows the errors that the compiler prints for the mistakes it names", async () => {
    const files = await filesOfReadme();
    const change = (file: string, from: string, to: string) => {
      const text = files.get(file) ?? "";
      assert(text.includes(from), `${file} does not say ${from}`);
      files.set(file, text.replace(from, to));
    };
    change("catalog.ts", `features: ["sso"]`, `features: ["ssso"]`);
    change("index.ts", `, enterprise: config.require("enterpriseProduct")`, "");
    files.set("app.ts", `${files.get("app.ts")}void mayUse("cus_1", "audit_log");\n`);
    const printed = await run(await folderWith("readme-mistakes", files), tsc, ["-p", "."]);
    const readme = await readFile(join(checkout, "README.md"), "utf8");
    const shown = /```\n(catalog\.ts\(.*?)```/s.exec(readme)?.[1] ?? "";
    assert.deepEqual(printed.trim().split("\n").toSorted(), shown.trim().split("\n").toSorted());
  });
});
