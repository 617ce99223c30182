import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { extract, list } from "tar";
import { version } from "../../package.json";
import { EngineLog } from "../support/engine-log";
import { checkout } from "../support/installed-copy";
import { removeAtExit } from "../support/remove-at-exit";

const plugin = "pulumi-resource-stripe-entitlements";
const oldNode = join(__dirname, "../support/old-node.cjs");

describe("npm run package:plugin", function () {
  this.timeout(120_000);
  const out = mkdtempSync(join(tmpdir(), "plugin-archives-test-"));
  const unpacked = mkdtempSync(join(tmpdir(), "plugin-archives-test-"));
  removeAtExit(out);
  removeAtExit(unpacked);

  before(async () => {
    const script = join(checkout, "tools", "plugin-archives", "index.ts");
    const args = ["-r", "ts-node/register/transpile-only", script, "--out", out];
    await promisify(execFile)(process.execPath, args, { cwd: checkout });
    await extract({ file: join(out, `${plugin}-v${version}-linux-amd64.tar.gz`), cwd: unpacked });
  });

  it("writes an archive for each platform of the Pulumi CLI, with the launcher that it starts", async () => {
    const archives = (await readdir(out)).filter((name) => name.endsWith(".tar.gz"));
    const platforms = ["darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64", "windows-amd64", "windows-arm64"];
    assert.deepEqual(
      archives.sort(),
      platforms.map((platform) => `${plugin}-v${version}-${platform}.tar.gz`),
    );
    for (const archive of archives) {
      const files: string[] = [];
      await list({ file: join(out, archive), onReadEntry: ({ path }) => void files.push(path) });
      const launcher = archive.includes("windows") ? `${plugin}.cmd` : plugin;
      assert.deepEqual(files, [launcher, "plugin.cjs", "schema.json", "LICENSE", "THIRD-PARTY-LICENSES"]);
    }
  });

  it("writes the checksum of each archive", async () => {
    const lines = (await readFile(join(out, `${plugin}-v${version}-checksums.txt`), "utf8")).trim().split("\n");
    assert.equal(lines.length, 6);
    for (const line of lines) {
      const [sum, name = ""] = line.split("  ");
      assert.equal(
        sum,
        createHash("sha256")
          .update(await readFile(join(out, name)))
          .digest("hex"),
      );
    }
  });

  it("bundles a plugin that starts without an npm package beside it", async () => {
    assert.ok(((await stat(join(unpacked, plugin))).mode & 0o111) !== 0, "the launcher is not executable");
    const engine = new EngineLog();
    const env = { PATH: dirname(process.execPath) };
    const child = spawn(join(unpacked, plugin), [await engine.start()], { env, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    const [port] = await once(createInterface({ input: child.stdout }), "line");
    assert.match(String(port), /^\d+$/);
    engine.stop();
    assert.deepEqual(await ended, [0, null]);
    const schema = JSON.parse(await readFile(join(unpacked, "schema.json"), "utf8"));
    assert.deepEqual([schema.name, schema.version], ["stripe-entitlements", version]);
  });

  it("says which Node.js the plugin needs where it is missing or too old", async () => {
    const without = spawn(join(unpacked, plugin), ["127.0.0.1:1"], { env: { PATH: "/no-such-folder" } });
    const old = spawn(process.execPath, ["--require", oldNode, join(unpacked, "plugin.cjs"), "127.0.0.1:1"], {
      env: {},
    });
    const [missing, tooOld] = await Promise.all([text(without.stderr), text(old.stderr)]);
    assert.match(missing, /needs Node\.js 22\.19 or later on PATH/);
    assert.match(tooOld, /^Node\.js 20\.11\.0 .* is too old: .* needs 22\.19\.0 or later/);
  });

  it("adds the license of every npm package in the bundle", async () => {
    const licenses = await readFile(join(unpacked, "THIRD-PARTY-LICENSES"), "utf8");
    for (const name of ["@grpc/grpc-js", "@pulumi/pulumi", "google-protobuf", "undici", "zod"]) {
      assert.match(licenses, new RegExp(`^${name} \\d`, "m"));
    }
    assert.doesNotMatch(licenses, /has no license file/);
  });
});
