import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readProductsFile, readStackProducts } from "../../../cli/products/read-products";

describe("The products of a catalog", () => {
  let cwd: string;

  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), "products-"));
  });

  after(() => rm(cwd, { recursive: true, force: true }));

  const write = (file: string, text: string) => writeFile(join(cwd, file), text);

  it("are read from a JSON file", async () => {
    await write("products.json", `{ "team": "prod_team" }`);
    assert.deepEqual(await readProductsFile("products.json", { cwd }), { team: "prod_team" });
    await write("list.json", `["prod_team"]`);
    await assert.rejects(readProductsFile("list.json", { cwd }), { message: "list.json is not a map of products" });
    await write("cut.json", `{ "team": `);
    await assert.rejects(readProductsFile("cut.json", { cwd }), /^CliError: cut\.json cannot be read: /);
    await assert.rejects(readProductsFile("none.json", { cwd }), {
      message: "none.json cannot be read: there is no such file",
    });
  });

  it("are read from the configuration of a stack", async () => {
    await write("Pulumi.yaml", "name: acme\nruntime: nodejs\n");
    await write("Pulumi.dev.yaml", "encryptionsalt: v1:a\nconfig:\n  acme:products:\n    team: prod_team\n");
    assert.deepEqual(await readStackProducts("Pulumi.dev.yaml", { cwd }), { team: "prod_team" });
    await write("Pulumi.empty.yaml", "");
    await assert.rejects(readStackProducts("Pulumi.empty.yaml", { cwd }), {
      message: "Pulumi.empty.yaml has no map of products at config, acme:products",
    });
    await write("Pulumi.cut.yaml", "config: [");
    await assert.rejects(readStackProducts("Pulumi.cut.yaml", { cwd }), /Pulumi\.cut\.yaml cannot be read/);
  });
});
