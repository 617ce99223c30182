import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "../../../emulator";
import { version } from "../../../package.json";
import { copyExample } from "../../support/example";
import { hermetic, type Outcome, pulumi, severalCommands } from "../../support/pulumi";
import { installPlugin } from "../../support/sdk-example";
import { checkout, temporaryDirectory } from "../../tools/support/tools";

/** Checks that `pulumi package get-schema` printed the schema of this version. */
function assertSchema({ stdout, output }: Outcome): void {
  assert.match(stdout, /^\{/, output);
  const { name, version: found } = JSON.parse(stdout);
  assert.deepEqual([name, found], ["stripe-entitlements", version]);
}

/** Returns the archive of this machine's platform. */
function archiveName(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const processor = process.arch === "x64" ? "amd64" : process.arch;
  return `pulumi-resource-stripe-entitlements-v${version}-${system}-${processor}.tar.gz`;
}

describe("Installation of the plugin", function () {
  this.timeout(severalCommands);

  it("from npm: Pulumi finds it at the path of the command for the SDK", async () => {
    const document = await readFile(join(checkout, "docs", "languages.md"), "utf8");
    const [, path = ""] = /^pulumi package gen-sdk (\S+) --language/m.exec(document) ?? [];
    await using emulator = await startEmulator();
    const program = await copyExample("python", emulator);
    await installPlugin(program);
    assertSchema(await program.run(["package", "get-schema", path]));
  });

  it("from a release archive: Pulumi finds it by its name", async () => {
    using directory = temporaryDirectory();
    const script = join(checkout, "tools", "plugin-archives", "index.ts");
    const build = ["-r", "ts-node/register/transpile-only", script, "--out", directory.path];
    await promisify(execFile)(process.execPath, build, { cwd: checkout });
    const env = hermetic({ PULUMI_HOME: join(directory.path, "home") });
    const install = ["plugin", "install", "resource", "stripe-entitlements", version, "--file", archiveName()];
    const installed = await pulumi(directory.path, install, env);
    assert.equal(installed.exitCode, 0, installed.output);
    assertSchema(await pulumi(directory.path, ["package", "get-schema", "stripe-entitlements"], env));
  });
});
