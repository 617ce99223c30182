import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { packageSchema } from "../../provider/plugin/package-schema";
import { generateSdk } from "../../tools/sdks/generate";
import { describeInFullRun } from "../support/full-run";
import { npm } from "../support/npm";
import { load, temporaryDirectory } from "./support/tools";

const exec = promisify(execFile);

/** Runs a program. Fails with its output. */
async function run(cwd: string, program: string, ...args: readonly string[]): Promise<void> {
  await exec(program, args, { cwd }).catch((error) => {
    if (error.code === "ENOENT") throw new Error(`This test needs \`${program}\` on PATH.`);
    throw new Error(`${program} ${args.join(" ")}: ${error.stdout}${error.stderr}`);
  });
}

/** Returns the examples of the schema in a language. */
function examplesIn(language: string): readonly string[] {
  const fence = new RegExp(`\`\`\`${language}\\\\n(.*?)\\\\n\`\`\``, "g");
  const found = [...JSON.stringify(packageSchema()).matchAll(fence)].map(([, code]): string => JSON.parse(`"${code}"`));
  assert.equal(found.length, 8);
  return found;
}

/** Writes the examples in a language as files. Returns their paths. */
function writeExamples(language: string, pathOf: (index: number) => string): readonly string[] {
  return examplesIn(language).map((code, index) => {
    mkdirSync(dirname(pathOf(index)), { recursive: true });
    writeFileSync(pathOf(index), code);
    return pathOf(index);
  });
}

/** Runs a program of Python without an engine. */
const runWithMocks = `
import runpy, sys, pulumi

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return [args.name, args.inputs]
    def call(self, args):
        if args.token.endswith("getFeature"):
            return {"id": "feat_1", "metadata": {}, "active": True, "livemode": False, "name": "", **args.args}
        lists = ["activeEntitlements", "features", "productFeatures", "products"]
        return {**{name: [] for name in lists}, **args.args}

pulumi.runtime.set_mocks(Mocks())
pulumi.runtime.test(lambda: runpy.run_path(sys.argv[1]))()
`;

describeInFullRun("npm run sdks", function () {
  this.timeout(15 * 60_000);

  it("writes an SDK for Node.js that compiles with the examples", async () => {
    using directory = temporaryDirectory();
    const sdk = join(directory.path, "sdk");
    await generateSdk("nodejs", sdk);
    await npm(sdk, ["install", "--no-audit", "--no-fund"]);
    await npm(sdk, ["run", "build"]);
    cpSync(join(sdk, "package.json"), join(sdk, "bin", "package.json"));
    const files = writeExamples("typescript", (index) => join(sdk, "examples", `${index}.ts`));
    const paths = { "pulumi-stripe-entitlements-sdk": ["../bin"] };
    const compilerOptions = { strict: true, noEmit: true, target: "es2020", module: "commonjs", baseUrl: ".", paths };
    writeFileSync(join(sdk, "examples", "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    await npm(sdk, ["exec", "--", "tsc", "-p", "examples"]);
  });

  it("writes an SDK for Python that pip installs and with which the examples run", async () => {
    using directory = temporaryDirectory();
    await generateSdk("python", join(directory.path, "sdk"));
    await run(directory.path, "python3", "-m", "venv", "venv");
    const python = join(directory.path, "venv", "bin", "python");
    await run(directory.path, python, "-m", "pip", "install", "--quiet", "./sdk");
    await run(directory.path, python, "-m", "pip", "check");
    for (const file of writeExamples("python", (index) => join(directory.path, `${index}.py`))) {
      await run(directory.path, python, "-c", runWithMocks, file);
    }
  });

  it("writes an SDK for Go that passes go vet with the examples", async () => {
    using directory = temporaryDirectory();
    const sdk = join(directory.path, "sdk");
    await generateSdk("go", sdk);
    writeExamples("go", (index) => join(sdk, "examples", `${index}`, "main.go"));
    // The SDK's go.mod has the oldest version. Not every version is on every proxy.
    const { pulumiVersion } = await load<{ pulumiVersion: string }>("versions.mjs");
    await run(sdk, "go", "mod", "edit", `-require=github.com/pulumi/pulumi/sdk/v3@v${pulumiVersion}`);
    await run(sdk, "go", "mod", "tidy");
    await run(sdk, "go", "vet", "./...");
  });
});
