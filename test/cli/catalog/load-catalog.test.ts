import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCatalog } from "../../../cli/catalog/load-catalog";

const declaration = `{ features: { sso: { name: "Single sign-on" } }, plans: { team: { features: ["sso"] } } }`;
const importIt = `import { defineCatalog } from "pulumi-stripe-entitlements/catalog";\n`;

describe("loadCatalog", () => {
  let cwd: string;

  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), "load-catalog-"));
  });

  after(() => rm(cwd, { recursive: true, force: true }));

  async function load(file: string, text: string) {
    await writeFile(join(cwd, file), text);
    return loadCatalog(file, { cwd });
  }

  it("loads TypeScript that imports this package and other files, and leaves nothing behind", async () => {
    await writeFile(join(cwd, "names.ts"), `export enum Name { sso = "Single sign-on" }`);
    const catalog = await load(
      "catalog.ts",
      `${importIt}import { Name } from "./names";
export const other = 1;
export const catalog = defineCatalog({
  features: { sso: { name: Name.sso as string }, log: { name: "Log" } },
  plans: { team: { features: ["log"] }, enterprise: { includes: ["team"], features: ["sso"] } },
});`,
    );
    assert.deepEqual(
      catalog.featuresOf("enterprise").map(({ key, from }) => [key, from]),
      [
        ["sso", "enterprise"],
        ["log", "team"],
      ],
    );
    assert.deepEqual((await readdir(cwd)).sort(), ["catalog.ts", "names.ts"]);
  });

  it("finds a catalog under any name, as a declaration, in CommonJS and in JSON", async () => {
    for (const [file, text] of [
      ["plans.ts", `${importIt}export const plans = defineCatalog(${declaration});`],
      ["default.mts", `export default ${declaration};`],
      ["common.cjs", `module.exports = ${declaration};`],
      ["plain.js", `exports.catalog = ${declaration};`],
      ["declared.json", `{ "features": { "sso": { "name": "SSO" } }, "plans": { "team": { "features": ["sso"] } } }`],
    ] as const) {
      const catalog = await load(file, text);
      assert.deepEqual([catalog.featureKeys, catalog.planNames], [["sso"], ["team"]], file);
    }
  });

  it("names the file and the place when it cannot be loaded", async () => {
    await assert.rejects(loadCatalog("missing.ts", { cwd }), { message: "missing.ts: there is no such file" });
    for (const [file, text, message] of [
      ["throws.ts", `\nthrow new Error("no region");`, /^throws\.ts cannot be loaded: no region \(throws\.ts:2\)$/],
      [
        "broken.ts",
        `export const catalog = "a`,
        /^broken\.ts cannot be loaded: .*Unterminated string.*broken\.ts:1:23$/,
      ],
      ["needs.ts", `import "left-pad-x";`, /^needs\.ts cannot be loaded: Cannot find module 'left-pad-x'/],
      ["cut.json", `{ "features": `, /^cut\.json cannot be loaded: Unexpected end of JSON input$/],
      ["empty.ts", "", /^empty\.ts exports nothing$/],
      ["other.ts", "export const limit = 1;", /^other\.ts exports no catalog, only limit$/],
      ["two.ts", `export const a = ${declaration}; export const b = a;`, /^two\.ts exports several catalogs: a, b$/],
      [
        "invalid.ts",
        `${importIt}export const catalog = defineCatalog({ features: {}, plans: { team: { features: ["sso"] } } });`,
        /^invalid\.ts \(invalid\.ts:2\): The catalog is invalid: plans\.team\.features\[0\]: "sso" is not a feature/,
      ],
      ["list.json", "[]", /^list\.json: The catalog is invalid: the declaration: must be a plain object/],
    ] as const) {
      await assert.rejects(load(file, text), (error: Error) => {
        assert.equal(error.name, "CliError");
        assert.match(error.message, message);
        return true;
      });
    }
  });
});
