import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkout, runTool, startTool, temporaryDirectory, writeExecutable, writePulumi } from "./support/tools";

const node = dirname(process.execPath);

/** Prevents the download of the CLI on every machine: nothing listens on port 1. */
const deadProxy = {
  HTTPS_PROXY: "http://127.0.0.1:1",
  https_proxy: "http://127.0.0.1:1",
  NO_PROXY: "",
  no_proxy: "",
};

/** Writes a checkout with one source file and, of all npm packages, only the compiler. */
function writeCheckout(directory: string): string {
  const root = join(directory, "checkout");
  cpSync(join(checkout, "tools"), join(root, "tools"), { recursive: true });
  mkdirSync(join(root, "node_modules"));
  symlinkSync(join(checkout, "node_modules", "typescript"), join(root, "node_modules", "typescript"), "junction");
  mkdirSync(join(root, "provider"));
  writeFileSync(join(root, "provider", "index.ts"), "export const answer: number = 42;\n");
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages: { "": {} } }));
  writeFileSync(join(root, "tsconfig.json"), "{}");
  const compilerOptions = { outDir: "dist", rootDir: ".", types: [] };
  writeFileSync(join(root, "tsconfig.build.json"), JSON.stringify({ compilerOptions, include: ["provider"] }));
  return root;
}

describe("tools: run.mjs with everything installed", () => {
  it("prints and caches nothing itself, and passes on arguments, output and exit code", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const cache = join(directory.path, "cache");
    writePulumi(join(directory.path, "bin"), "v3.300.0");
    const program = "console.log(process.argv[1], process.env.PULUMI_SKIP_UPDATE_CHECK); process.exitCode = 7";
    const result = await runTool(["--pulumi", "node", "-e", program, "--", "--build"], {
      root,
      path: [node, join(directory.path, "bin")],
      env: { PULUMI_STRIPE_ENTITLEMENTS_CACHE: cache },
    });
    assert.deepEqual(result, { stdout: "--build true\n", stderr: "", code: 7 });
    assert.equal(existsSync(cache), false);
  });

  it("puts the checkout's commands and the cached CLI first on PATH", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const cached = join(directory.path, "cache", `pulumi-3.274.1-${process.platform}-${process.arch}`, "bin");
    writePulumi(cached, "the cached CLI");
    writePulumi(join(directory.path, "old"), "v3.100.0");
    const options = {
      root,
      path: [join(directory.path, "old"), node],
      env: { PULUMI_STRIPE_ENTITLEMENTS_CACHE: join(directory.path, "cache") },
    };
    const pulumi = await runTool(["--pulumi", "pulumi", "version"], options);
    assert.deepEqual(pulumi, { stdout: "the cached CLI\n", stderr: "", code: 0 });
    const path = await runTool(["node", "-p", "process.env.PATH"], options);
    assert.equal(path.stdout.startsWith(join(root, "node_modules", ".bin")), true);
  });

  it("links the package to itself, so programs of the checkout can import it by name", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const program = "fs.realpathSync('node_modules/pulumi-stripe-entitlements') === fs.realpathSync('.')";
    const result = await runTool(["node", "-p", program], { root, path: [node] });
    assert.deepEqual(result, { stdout: "true\n", stderr: "", code: 0 });
  });

  it("forwards SIGTERM and passes on the exit code of a command that handles it", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const program = "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('ready')";
    const child = startTool(["node", "-e", program], { root, path: [node] });
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "close"), [9, null]);
  });

  it("exits with 128 plus the signal number when a signal ends the command", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const result = await runTool(["node", "-e", "process.kill(process.pid, 'SIGKILL')"], { root, path: [node] });
    assert.equal(result.code, 128 + 9);
  });
});

describe("tools: run.mjs that cannot run the command", () => {
  it("prints its usage when the command is missing or an option is unknown", async () => {
    const missing = await runTool(["--pulumi"], { root: checkout });
    assert.match(missing.stderr, /^No command given\nUsage: /);
    assert.equal(missing.code, 1);
    const unknown = await runTool(["--fast", "node"], { root: checkout });
    assert.match(unknown.stderr, /^Unknown option --fast\nUsage: /);
    assert.equal(unknown.code, 1);
  });

  it("reports a command that does not exist", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const result = await runTool(["no-such-command"], { root, path: [node] });
    assert.match(result.stderr, /^no-such-command cannot be run: .*ENOENT\n$/);
    assert.equal(result.code, 1);
  });

  it("reports why each way to install the Pulumi CLI failed, and what to install", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const bin = join(directory.path, "bin");
    const cache = join(directory.path, "cache");
    writePulumi(bin, "v3.100.0");
    const env = { PULUMI_STRIPE_ENTITLEMENTS_CACHE: cache, ...deadProxy };
    const result = await runTool(["--pulumi", "pulumi", "version"], { root, path: [bin], env });
    assert.equal(result.code, 1);
    assert.match(result.stderr, /On PATH: .*bin\/pulumi is version v3\.100\.0\./);
    assert.match(result.stderr, /Official download: cannot reach get\.pulumi\.com/);
    assert.match(result.stderr, /Build from Go modules: `go` is not on PATH\./);
    assert.match(result.stderr, /Install Pulumi CLI 3\.274\.1 or later .* or Go 1\.26\.6 or later/);
    assert.deepEqual(readdirSync(cache), ["locks"]);
  });

  it("rejects a Go that is too old before it builds anything", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const bin = join(directory.path, "bin");
    writeExecutable(bin, "go", `echo '{"GOVERSION":"go1.20.1","GOPROXY":"off","GOMODCACHE":""}'`);
    const env = { PULUMI_STRIPE_ENTITLEMENTS_CACHE: join(directory.path, "cache"), ...deadProxy };
    const result = await runTool(["--pulumi", "pulumi", "version"], { root, path: [bin], env });
    assert.match(result.stderr, /Build from Go modules: .*bin\/go is go1\.20\.1, older than 1\.26\.6\./);
    assert.equal(result.code, 1);
  });

  it("reports a Go that does not run", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const bin = join(directory.path, "bin");
    writeExecutable(bin, "go", "echo 'no version is set' >&2; exit 126");
    const env = { PULUMI_STRIPE_ENTITLEMENTS_CACHE: join(directory.path, "cache"), ...deadProxy };
    const result = await runTool(["--pulumi", "pulumi", "version"], { root, path: [bin], env });
    assert.match(result.stderr, /Build from Go modules: .*bin\/go does not run: no version is set/);
    assert.equal(result.code, 1);
  });

  it("reports a cache directory that cannot be written", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    writeFileSync(join(directory.path, "file"), "");
    const env = { PULUMI_STRIPE_ENTITLEMENTS_CACHE: join(directory.path, "file", "cache") };
    const result = await runTool(["--pulumi", "pulumi", "version"], { root, env });
    assert.match(result.stderr, /^The cache directory cannot be written: .*\nSet PULUMI_STRIPE_ENTITLEMENTS_CACHE /);
    assert.equal(result.code, 1);
  });
});

describe("tools: run.mjs --build", function () {
  this.timeout(30_000);

  it("compiles again after a source changed, and removes the output of removed sources", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const env = { PULUMI_STRIPE_ENTITLEMENTS_CACHE: join(directory.path, "cache") };
    const run = async (): Promise<{ stdout: string; compiled: boolean }> => {
      const { stdout, stderr } = await runTool(["--build", "node", "-p", program(root)], { root, path: [node], env });
      return { stdout, compiled: stderr.includes("Compiling the package") };
    };
    assert.deepEqual(await run(), { stdout: "42\n", compiled: true });
    assert.deepEqual(await run(), { stdout: "42\n", compiled: false });

    writeFileSync(join(root, "provider", "index.ts"), "export const answer: number = 4321;\n");
    const removed = join(root, "dist", "provider", "removed.js");
    writeFileSync(removed, "");
    const minuteAgo = new Date(Date.now() - 60_000);
    utimesSync(removed, minuteAgo, minuteAgo);
    assert.deepEqual(await run(), { stdout: "4321\n", compiled: true });
    assert.equal(existsSync(removed), false);
  });

  it("compiles once when two runs start at the same time", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const env = { PULUMI_STRIPE_ENTITLEMENTS_CACHE: join(directory.path, "cache") };
    const run = () => runTool(["--build", "node", "-p", program(root)], { root, path: [node], env });
    const results = await Promise.all([run(), run()]);
    assert.deepEqual(
      results.map(({ stdout, code }) => ({ stdout, code })),
      Array(2).fill({ stdout: "42\n", code: 0 }),
    );
    assert.deepEqual(
      results.map(({ stderr }) => /^(Compiling the package|Another setup is running)/.exec(stderr)?.[1]).sort(),
      ["Another setup is running", "Compiling the package"],
    );
  });

  it("releases its lock when it is interrupted", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    const cache = join(directory.path, "cache");
    const env = { PULUMI_STRIPE_ENTITLEMENTS_CACHE: cache };
    const child = startTool(["--build", "node", "-p", "1"], { root, path: [node], env });
    await once(child.stderr, "data");
    child.kill("SIGINT");
    assert.deepEqual(await once(child, "close"), [130, null]);
    assert.deepEqual(readdirSync(join(cache, "locks")), []);
  });

  it("prints the compiler's errors and does not run the command when compiling fails", async () => {
    using directory = temporaryDirectory();
    const root = writeCheckout(directory.path);
    writeFileSync(join(root, "provider", "index.ts"), 'export const answer: number = "text";\n');
    const env = { PULUMI_STRIPE_ENTITLEMENTS_CACHE: join(directory.path, "cache") };
    const result = await runTool(["--build", "node", "-p", "1"], { root, path: [node], env });
    assert.match(result.stderr, /The compiler failed: exit code \d\.\n {4}.*error TS2322/);
    assert.deepEqual([result.stdout, result.code], ["", 1]);
  });
});

function program(root: string): string {
  return `require(${JSON.stringify(join(root, "dist", "provider", "index.js"))}).answer`;
}
