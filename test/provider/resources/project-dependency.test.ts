import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findsPackage } from "../../../provider/resources/project-dependency";

/** Installs a package with the module that the provider process loads. */
async function install(directory: string): Promise<void> {
  const installed = join(directory, "node_modules", "pulumi-stripe-entitlements");
  await mkdir(installed, { recursive: true });
  await writeFile(join(installed, "feature.js"), "");
  await writeFile(
    join(installed, "package.json"),
    JSON.stringify({ exports: { "./dynamic/feature": "./feature.js" } }),
  );
}

describe("The package in the node_modules of the Pulumi project", () => {
  let root: string;

  before("a workspace of two packages", async () => {
    root = await mkdtemp(join(tmpdir(), "workspace-"));
    await install(join(root, "packages", "infra"));
    await mkdir(join(root, "packages", "deploy"));
  });

  after(() => rm(root, { recursive: true }));

  it("is not found if only a library of the workspace has it", () => {
    assert.equal(findsPackage(join(root, "packages", "infra")), true);
    assert.equal(findsPackage(join(root, "packages", "deploy")), false);
  });

  it("is found if a folder above the project has it", async () => {
    await install(root);
    assert.equal(findsPackage(join(root, "packages", "deploy")), true);
  });
});
