import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tools } from "./support/package-managers";
import type { Program } from "./support/program";
import {
  install,
  installWithNpm,
  installWithPnpm,
  packageName,
  programManifest,
  pulumiDependencies,
  type SetUp,
} from "./support/set-up";
import { feature, setUpTimeout, testFailure, testSetUp } from "./support/test-set-up";

const { "@pulumi/pulumi": sdk, "ts-node": tsNode } = pulumiDependencies;
const esm = { type: "module" };
const checked = { "ts-node": {} };
const byNode = { typescript: false };
const byTsx = { typescript: false, nodeargs: "--import tsx" };

/** Returns a project whose only other dependency is the SDK. */
const project = (
  name: string,
  dependencies: Readonly<Record<string, string>>,
  { type, ...rest }: Partial<SetUp> & { readonly type?: string } = {},
): SetUp => ({
  name,
  files: (packed) => ({
    "package.json": programManifest("", {
      type,
      dependencies: { "@pulumi/pulumi": sdk, [packageName]: `file:${packed}`, ...dependencies },
    }),
  }),
  install: installWithNpm,
  ...rest,
});

const withTsNode = (name: string, typescript: string, rest: Parameters<typeof project>[2] = {}): SetUp =>
  project(name, { "ts-node": tsNode, typescript }, rest);

const six = pulumiDependencies.typescript;

// The project has no @types/node of its own. The types of the SDK include one.
const writeWithProcess = (program: Program, name: string) =>
  program.write(`${feature(name)}if (process.env["HOME"] === "") throw new Error("HOME is empty");\n`);

testSetUp(withTsNode("TypeScript 5.9, types checked at each start", "5.9.3", { tsconfig: checked }), writeWithProcess);
testSetUp(withTsNode("TypeScript 6, types checked at each start", six, { tsconfig: checked }), writeWithProcess);
testSetUp(
  withTsNode("TypeScript 6, types checked at each start, pnpm", six, {
    tsconfig: checked,
    install: installWithPnpm(tools.pnpm12),
  }),
  writeWithProcess,
);
testSetUp(withTsNode("TypeScript 6, `noCheck`", six, { tsconfig: { compilerOptions: { noCheck: true }, ...checked } }));
testSetUp(withTsNode("ES modules, ts-node", six, esm));
testSetUp(project("TypeScript by Node.js itself", {}, { runtimeOptions: byNode }));
testSetUp(project("ES modules, TypeScript by Node.js itself", {}, { ...esm, runtimeOptions: byNode }));
testSetUp(project("tsx", { tsx: "4.23.15" }, { runtimeOptions: byTsx }));
testSetUp(project("ES modules, tsx", { tsx: "4.23.15" }, { ...esm, runtimeOptions: byTsx }));

const side = { "ts-node": tsNode, "@typescript/native": "npm:typescript@7.0.2" };
testSetUp(project("TypeScript 7 beside TypeScript 6", { ...side, typescript: "npm:@typescript/typescript6@6.0.2" }));

const seven = withTsNode("TypeScript 7 alone", "7.0.2");
// Without this setting, npm refuses the installation.
const forced = {
  ...seven,
  files: (packed: string) => ({ ...seven.files(packed), ".npmrc": "legacy-peer-deps=true\n" }),
};
testFailure(
  { ...forced, name: "TypeScript 7 alone, installed by force" },
  "ts-node needs an API that TypeScript 7 does not have",
  /TypeError: Cannot read properties of undefined \(reading 'fileExists'\)/,
);

describe("Set-up TypeScript 7 alone", function () {
  this.timeout(setUpTimeout);

  it("fails: npm does not install it beside Pulumi's SDK", async () => {
    await assert.rejects(
      install(seven),
      /ERESOLVE(?:.|\n)*peerOptional typescript@">= 3\.8\.3 < 7" from @pulumi\/pulumi/,
    );
  });
});

describe("Set-up application without `@types/node`", function () {
  this.timeout(setUpTimeout);

  it("fails: TypeScript 6 does not know `process`, and knows it with the package and `types`", async () => {
    const { folder, remove } = await install(project("application", { typescript: six, "@types/node": "22.20.5" }));
    await writeFile(join(folder, "app.ts"), `import "${packageName}/catalog";\nconsole.log(process.env["HOME"]);\n`);
    const check = (...options: readonly string[]) =>
      spawnSync("npx", ["tsc", "--noEmit", "--module", "nodenext", ...options, "app.ts"], {
        cwd: folder,
        encoding: "utf8",
      }).stdout;
    assert.match(check(), /TS2591: Cannot find name 'process'/);
    assert.equal(check("--types", "node"), "");
    await remove();
  });
});
