import { execFile } from "node:child_process";
import { copyFile, glob, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { generateSdk } from "../../tools/sdks/generate";
import { languageHost, pythonSdk } from "../tools/support/languages";
import type { Example } from "./example";
import type { Outcome } from "./pulumi";

const exec = promisify(execFile);

/** Puts the plugin of the packed project where `npm install` in the example would put it. */
export async function installPlugin({ directory }: Example): Promise<void> {
  const [installed, modules] = [join(directory, "..", "..", "node_modules"), join(directory, "node_modules")];
  await mkdir(modules);
  await symlink(join(installed, ".bin"), join(modules, ".bin"), "junction");
}

/** Generates the SDK for Node.js, and compiles it where `npm install` in the example links it. */
export async function installNodeSdk({ directory }: Pick<Example, "directory">): Promise<void> {
  const sdk = join(directory, "node_modules", "pulumi-stripe-entitlements-sdk");
  await generateSdk("nodejs", sdk);
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  for await (const file of glob(join(sdk, "**", "*.ts"))) {
    const { outputText } = ts.transpileModule(await readFile(file, "utf8"), { compilerOptions });
    await writeFile(file.replace(/ts$/, "js"), outputText);
  }
}

/**
 * Generates the SDK for Python and installs it. Returns the example with commands that find it. The
 * first call on a machine builds the language host.
 */
export async function installPythonSdk(example: Example): Promise<Example> {
  const [host, packages] = [await languageHost("pythonHost"), await pythonSdk()];
  const [sdk, installed, venv] = ["sdks/python", "packages", "venv"].map((path) => join(example.directory, path));
  const PYTHONPATH = [installed, packages].join(delimiter);
  const env = { PYTHONPATH, PATH: [dirname(host), process.env["PATH"]].join(delimiter) };
  await generateSdk("python", String(sdk));
  const options = ["--quiet", "--no-deps", "--no-build-isolation", "--target", String(installed), String(sdk)];
  await exec("python3", ["-m", "pip", "install", ...options], { env: { ...process.env, ...env } });
  // Pulumi.yaml names it. The packages are in the folders of PYTHONPATH.
  await exec("python3", ["-m", "venv", String(venv)]);
  return {
    ...example,
    run: (args, more) => example.run(args, { ...env, ...more }),
    must: (args, more) => example.must(args, { ...env, ...more }),
  };
}

/**
 * Generates the SDK for Go and compiles the example with it. Returns the example with commands that
 * run the compiled program. `go` must be on PATH.
 */
export async function compileGoExample(example: Example): Promise<Example> {
  const { directory, env } = example;
  await generateSdk("go", join(directory, "sdks", "go"));
  await copyFile(join(__dirname, "go-runner_test.go"), join(directory, "runner_test.go"));
  const go = (...args: readonly string[]) => exec("go", args, { cwd: directory });
  await go("mod", "tidy");
  await go("vet", ".");
  const runner = join(directory, "runner.test");
  await go("test", "-c", "-o", runner, ".");
  const runProgram = async (command: string): Promise<Outcome> => {
    const options = { cwd: directory, env: { ...env, COMMAND: command } };
    const { stdout, stderr } = await exec(runner, [], options).catch((error) => {
      throw new Error(`${command}: ${error.stdout}${error.stderr}`);
    });
    return { exitCode: 0, stdout, stderr, output: stdout + stderr };
  };
  const commands = ["up", "preview", "destroy"];
  return {
    ...example,
    must: (args, more) => (commands.includes(args[0] ?? "") ? runProgram(args.join(" ")) : example.must(args, more)),
  };
}
