import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { timeout } from "../support/engine";
import { installedCopy } from "../support/installed-copy";
import { hermetic } from "../support/pulumi";

const exec = promisify(execFile);
const published = [
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
  "dist",
  "docs",
  "examples",
  "package.json",
  "SECURITY.md",
  "skills",
];

describe("The packed package", function () {
  this.timeout(timeout);
  let project: string;
  let folder: string;
  let tarball: string;

  before(async () => {
    project = await installedCopy();
    tarball = join(project, (await readdir(project)).find((name) => name.endsWith(".tgz")) ?? "");
    folder = join(project, "node_modules", "pulumi-stripe-entitlements");
  });

  it("contains the compiled code and the documents, but no tests and no tools", async () => {
    const outside = (await readdir(folder)).filter((name) => !published.includes(name));
    assert.deepEqual(outside, []);
    const compiled = await readdir(join(folder, "dist"));
    const unexpected = compiled.filter((name) => !["cli", "emulator", "provider"].includes(name));
    assert.deepEqual(unexpected, []);
  });

  it("has no finding of publint", async () => {
    const { publint } = await import("publint");
    const { formatMessage } = await import("publint/utils");
    const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(await readFile(tarball)).buffer } });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    );
  });

  it("has types that every kind of module resolution finds", async () => {
    const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
    const result = await checkPackage(createPackageFromTarballData(await readFile(tarball)));
    assert.ok(result.types);
    assert.deepEqual(result.problems, []);
  });

  it("has at most 1.3 MB", async () => {
    await assertAtMost(1_300_000, [tarball]);
  });

  it("links from its documents only to files that it contains", async () => {
    for (const name of ["README.md", "CHANGELOG.md", "docs/emulator.md", "docs/llms-index.md"]) {
      const text = await readFile(join(folder, name), "utf8");
      const links = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, link = ""]) => link);
      for (const link of links.filter((each) => !each.includes("://"))) {
        assert.ok(existsSync(join(folder, dirname(name), link)), `${name} links to ${link}`);
      }
    }
  });

  it("resolves its public subpaths and those that the state names", () => {
    const { resolve } = createRequire(join(project, "index.js"));
    const subpaths = ["", "/catalog", "/emulator", "/dynamic/feature", "/dynamic/product-feature", "/package.json"];
    for (const subpath of subpaths) {
      const found = resolve(`pulumi-stripe-entitlements${subpath}`);
      assert.ok(found.startsWith(folder + sep), `${subpath} resolves to ${found}`);
    }
  });

  it("loads neither the HTTP client nor zod in a program, and at most 100 kB", async () => {
    const program = `
      require("@pulumi/pulumi");
      const before = new Set(Object.keys(require.cache));
      require("pulumi-stripe-entitlements");
      console.log(JSON.stringify(Object.keys(require.cache).filter((path) => !before.has(path))));
    `;
    const loaded: string[] = JSON.parse((await exec(process.execPath, ["-e", program], { cwd: project })).stdout);
    assert.ok(loaded.some((path) => path.endsWith(join("provider", "resources", "feature.js"))));
    const foreign = loaded.filter((path) => !path.startsWith(folder + sep));
    assert.deepEqual(foreign, []);
    await assertAtMost(100_000, loaded);
  });

  it("loads no other package in a provider process that only previews", async () => {
    const program = `
      const feature = require("pulumi-stripe-entitlements/dynamic/feature");
      const productFeature = require("pulumi-stripe-entitlements/dynamic/product-feature");
      const preview = async ({ check, diff }, inputs, outputs) => {
        const { failures } = await check(inputs, inputs);
        const { changes } = await diff("id_1", { ...inputs, livemode: false, ...outputs }, inputs);
        return [failures, changes];
      };
      (async () => {
        const answers = [
          await preview(feature, { lookupKey: "sso", name: "Single sign-on" }, { metadata: {}, active: true }),
          await preview(productFeature, { product: "prod_1", entitlementFeature: "feat_1" }, { lookupKey: "sso" }),
        ];
        console.log(JSON.stringify({ answers, loaded: Object.keys(require.cache) }));
      })();
    `;
    const env = hermetic({ STRIPE_API_KEY: "sk_test_previews" });
    const answer = JSON.parse((await exec(process.execPath, ["-e", program], { cwd: project, env })).stdout);
    assert.deepEqual(answer.answers, [
      [[], false],
      [[], false],
    ]);
    const foreign = (answer.loaded as string[]).filter((path) => !path.startsWith(folder + sep));
    assert.deepEqual(foreign, []);
  });

  it("declares types that import only @pulumi/pulumi", async () => {
    const pending = [join(folder, "dist", "provider", "index.d.ts")];
    const foreign = new Set<string>();
    for (const file of pending) {
      const text = await readFile(file, "utf8");
      for (const [, from = ""] of text.matchAll(/(?:from |import\()"([^"]+)"/g)) {
        if (!from.startsWith(".")) foreign.add(from);
        else if (!pending.includes(declarationOf(file, from))) pending.push(declarationOf(file, from));
      }
    }
    assert.deepEqual([...foreign], ["@pulumi/pulumi"]);
    assert.ok(pending.length > 5, pending.join("\n"));
  });

  // TypeScript 6 includes no package of @types by default.
  it("declares the emulator and the catalog without the types of Node.js", async () => {
    const subpaths = ["catalog", "emulator"].map(
      (name) => `export * as ${name} from "pulumi-stripe-entitlements/${name}";\n`,
    );
    await writeFile(join(project, "types.ts"), subpaths.join(""));
    const tsc = createRequire(__filename).resolve("typescript/bin/tsc");
    const options = ["--strict", "--noEmit", "--target", "es2023", "--module", "nodenext"];
    const { stdout } = spawnSync(process.execPath, [tsc, ...options, "types.ts"], { cwd: project, encoding: "utf8" });
    assert.equal(stdout, "");
  });

  it("loads one file of at most 20 kB for an application that imports the catalog", async () => {
    const program = `
      require("pulumi-stripe-entitlements/catalog");
      console.log(JSON.stringify(Object.keys(require.cache)));
    `;
    const loaded: string[] = JSON.parse((await exec(process.execPath, ["-e", program], { cwd: project })).stdout);
    assert.deepEqual(loaded, [join(folder, "dist", "provider", "catalog", "index.js")]);
    await assertAtMost(20_000, loaded);
  });

  it("is left out of a bundle that imports the catalog and does not use it", () => {
    const contents = 'import { defineCatalog } from "pulumi-stripe-entitlements/catalog"; console.log("other");';
    const stdin = { contents, resolveDir: project };
    const { outputFiles } = buildSync({ stdin, bundle: true, platform: "node", format: "esm", write: false });
    assert.equal(outputFiles[0]?.text.replace(/\/\/.*\n/g, ""), 'console.log("other");\n');
  });

  it("maps the catalog's bundled file to its sources", async () => {
    const program = `
      try {
        require("pulumi-stripe-entitlements/catalog").parseCatalog({});
      } catch ({ stack }) {
        console.log(stack);
      }
    `;
    const { stdout } = await exec(process.execPath, ["--enable-source-maps", "-e", program], { cwd: project });
    assert.match(stdout, /parseCatalog \(.*provider[\\/]catalog[\\/]index\.ts:\d+:\d+\)/);
  });

  it("exports the catalog to an application of ES modules", async () => {
    const program = `
      import { defineCatalog } from "pulumi-stripe-entitlements/catalog";
      const catalog = defineCatalog({ features: { sso: { name: "x" } }, plans: {} });
      console.log(catalog.entitlementsOf([{ lookup_key: "sso" }]).has("sso"));
    `;
    const args = ["--input-type=module", "-e", program];
    assert.equal((await exec(process.execPath, args, { cwd: project })).stdout, "true\n");
  });
});

async function assertAtMost(most: number, files: readonly string[]): Promise<void> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(bytes > 0 && bytes <= most, `${bytes} bytes, at most ${most}`);
}

function declarationOf(importer: string, from: string): string {
  const path = join(dirname(importer), from);
  return existsSync(`${path}.d.ts`) ? `${path}.d.ts` : join(path, "index.d.ts");
}
