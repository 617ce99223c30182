import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { itInFullRun } from "../support/full-run";
import { compileCache, severalCommands } from "../support/pulumi";

const checkout = join(__dirname, "..", "..");
const leftovers = [".demo", "Pulumi.demo.yaml"].map((name) => join(checkout, name));

function startDemo(...args: string[]): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  const script = ["-r", "ts-node/register/transpile-only", join("tools", "demo", "index.ts"), ...args];
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache };
  return spawn(process.execPath, script, { cwd: checkout, env, stdio: ["ignore", "pipe", "pipe"] });
}

const exitCodeOf = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once("close", resolve));

describe("npm start", function () {
  this.timeout(severalCommands);

  it("runs all steps, shows the result on the server, and leaves no files", async () => {
    const child = startDemo();
    const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), exitCodeOf(child)]);
    assert.equal(code, 0, output + errors);
    assert.match(
      output,
      /\[(\d+)\/\1\] What is left on the server:\n +active features: 0, attachments: 0, archived features: 6/,
    );
    assert.ok(output.split("\n").length <= 36, "a tenth of the lines on a terminal");
    assert.match(output, /^\$ pulumi up .*\n {2}\+ 14 created$/m);
    assert.deepEqual(leftovers.filter(existsSync), []);
  });

  itInFullRun("keeps running with --keep and prints variables for `pulumi` in a shell", async () => {
    const child = startDemo("--keep");
    const ended = exitCodeOf(child);
    let output = "";
    try {
      for await (const chunk of child.stdout) {
        output += chunk;
        if (output.includes("Ctrl-C here ends")) break;
      }
      const exports = output.split("\n").filter((line) => line.startsWith("  export "));
      assert.equal(exports.length, 2, output);
      const script = [...exports, "pulumi preview --refresh --expect-no-changes"].join("\n");
      await promisify(execFile)("sh", ["-ec", script], { cwd: checkout });
    } finally {
      child.kill("SIGINT");
      await ended;
    }
    assert.deepEqual(leftovers.filter(existsSync), []);
  });
});
