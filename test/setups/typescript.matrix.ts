import { installWithNpm, packageName, programManifest, pulumiDependencies, type SetUp } from "./support/set-up";
import { testFailure, testSetUp } from "./support/test-set-up";

const { "@pulumi/pulumi": sdk, "ts-node": tsNode } = pulumiDependencies;

/** Returns the package.json of a program with these packages besides the SDK and this package. */
const only = (packed: string, dependencies: Readonly<Record<string, string>>, fields: object = {}) =>
  programManifest(`file:${packed}`, {
    dependencies: { "@pulumi/pulumi": sdk, [packageName]: `file:${packed}`, ...dependencies },
    ...fields,
  });

const withNpm = (
  name: string,
  packageJson: (packed: string) => string,
  rest: Partial<SetUp> = {},
): SetUp => ({ name, files: (packed) => ({ "package.json": packageJson(packed) }), install: installWithNpm, ...rest });

const esm = { type: "module" };
const checked = { "ts-node": {} };

testSetUp(
  withNpm("TypeScript 5.9, types checked at each start", (packed) =>
    only(packed, { "ts-node": tsNode, typescript: "5.9.3" }), { tsconfig: checked },
  ),
);
testSetUp(
  withNpm("TypeScript 6, types checked at each start", (packed) => programManifest(`file:${packed}`), {
    tsconfig: checked,
  }),
);
testSetUp(
  withNpm("TypeScript 6, `noCheck`", (packed) => programManifest(`file:${packed}`), {
    tsconfig: { compilerOptions: { noCheck: true }, ...checked },
  }),
);
testSetUp(withNpm("ES modules", (packed) => programManifest(`file:${packed}`, esm)));

const typescript7 = { "@typescript/native": "npm:typescript@7.0.2", typescript: "npm:@typescript/typescript6@6.0.2" };
testSetUp(
  withNpm("TypeScript 7 beside TypeScript 6", (packed) => only(packed, { "ts-node": tsNode, ...typescript7 })),
);

testFailure(
  withNpm("TypeScript 7 alone", (packed) => only(packed, { "ts-node": tsNode, typescript: "7.0.2" }), {
    // Without this setting, npm refuses the installation.
    files: (packed) => ({
      "package.json": only(packed, { "ts-node": tsNode, typescript: "7.0.2" }),
      ".npmrc": "legacy-peer-deps=true\n",
    }),
  }),
  "ts-node needs an API that TypeScript 7 does not have",
  /TypeError: Cannot read properties of undefined \(reading 'fileExists'\)/,
);

testSetUp(
  withNpm("TypeScript by Node.js itself", (packed) => only(packed, {}), { runtimeOptions: { typescript: false } }),
);
testSetUp(
  withNpm("TypeScript by Node.js itself, ES modules", (packed) => only(packed, {}, esm), {
    runtimeOptions: { typescript: false },
  }),
);
testSetUp(
  withNpm("tsx", (packed) => only(packed, { tsx: "4.23.15" }), {
    runtimeOptions: { typescript: false, nodeargs: "--import tsx" },
  }),
);
testSetUp(
  withNpm("tsx, ES modules", (packed) => only(packed, { tsx: "4.23.15" }, esm), {
    runtimeOptions: { typescript: false, nodeargs: "--import tsx" },
  }),
);
